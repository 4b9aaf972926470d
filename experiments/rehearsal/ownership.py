"""Who owns which field: `metadata.managedFields`, to the grain of leaves and whole lists.

The real server knows some lists of the built-in kinds item by item (containers by name); here every list is
one leaf. For the lists of Istio's kinds, which Cowbane changes, the real server says the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from experiments.rehearsal.kinds import Json
from experiments.rehearsal.merge import overlay, without
from experiments.rehearsal.status import Cause, apply_conflict
from experiments.shapes import is_dict

#: Steps as FieldsV1 writes them: `("f:spec", "f:http")`.
FieldPath: TypeAlias = tuple[str, ...]

#: What is at the path of an object with something in it: there is no value of its own to compare.
CONTAINER = object()

#: What a patch writes into managedFields to have them forgotten; an empty list changes nothing.
RESET: list[Json] = [{}]

UNTRACKED = frozenset({"apiVersion", "kind", "status"})
UNTRACKED_METADATA = frozenset(
    {
        "creationTimestamp",
        "deletionGracePeriodSeconds",
        "deletionTimestamp",
        "generation",
        "managedFields",
        "name",
        "namespace",
        "resourceVersion",
        "uid",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Who writes, through which version of the API, and whether only to see what would happen."""

    manager: str
    api_version: str
    dry_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The fields of one manager, by one kind of writing."""

    manager: str
    operation: str
    api_version: str
    time: str
    fields: frozenset[FieldPath]
    subresource: str = ""

    def is_update_of(self, by: Writer) -> bool:
        mine = (by.manager, "Update", by.api_version, "")
        return (self.manager, self.operation, self.api_version, self.subresource) == mine

    def is_apply_of(self, by: Writer) -> bool:
        """Whatever the version: a manager has one applied configuration."""
        return (self.manager, self.operation, self.subresource) == (by.manager, "Apply", "")

    def __str__(self) -> str:
        version = f" using {self.api_version}" if self.operation == "Update" else ""
        return f'"{self.manager}"{version}'


Entries: TypeAlias = tuple[Entry, ...]


def entries_of(managed: Iterable[Json]) -> Entries:
    """The entries that a `metadata.managedFields` lists."""
    return tuple(
        Entry(
            manager=str(each.get("manager", "")),
            operation=str(each.get("operation", "")),
            api_version=str(each.get("apiVersion", "")),
            time=str(each.get("time", "")),
            fields=frozenset(_paths(each.get("fieldsV1") or {})),
            subresource=str(each.get("subresource", "")),
        )
        for each in managed
    )


def managed_fields(entries: Entries) -> list[Json]:
    """The entries as `metadata.managedFields`: applied first, then by time; those without fields are gone."""
    listed = sorted(entries, key=lambda each: (each.operation, each.time, each.manager))
    return [_as_json(each) for each in listed if each.fields]


def managed_of(live: Json, new: Json) -> list[Json]:
    """The managedFields to go on from: those that the writer sent, unless there are none in it."""
    sent = new["metadata"].get("managedFields")
    if sent == RESET:
        return []
    kept: list[Json] = sent or live["metadata"].get("managedFields", [])
    return kept


def after_update(entries: Entries, live: Json, new: Json, by: Writer, at: str) -> Entries:
    """Ownership once `by` made `live` into `new`: what changed is theirs alone, what went is nobody's.

    An object whose ownership was forgotten is not tracked again until somebody applies it.
    """
    before, after = _values(live), _values(new)
    changed = frozenset(path for path, value in after.items() if path not in before or before[path] != value)
    gone = frozenset(before.keys() - after.keys())
    if not (changed or gone) or (live and not entries):
        return entries
    nothing: frozenset[FieldPath] = frozenset()
    mine = next((each.fields for each in entries if each.is_update_of(by)), nothing)
    others = _less((each for each in entries if not each.is_update_of(by)), changed | gone)
    return (*others, _entry(by, "Update", at, (mine | changed) - gone))


def after_apply(
    entries: Entries, live: Json, config: Json, by: Writer, at: str, *, force: bool
) -> tuple[Json, Entries]:
    """The object and its ownership once `by` has applied `config`.

    A field that somebody else owns with another value is a conflict, or taken from them by force. A field
    that `by` applied before and no longer names is removed, unless somebody else owns it too.
    """
    before, wanted = _values(live), _leaves(config)
    contested = frozenset(path for path in wanted if before.get(path, CONTAINER) != wanted[path])
    others = tuple(each for each in entries if not each.is_apply_of(by))
    if not force:
        _refuse_conflicts(others, contested)
    mine = next((each for each in entries if each.is_apply_of(by)), None)
    new = overlay(live, config)
    shared = frozenset(path for each in others for path in each.fields)
    applied: frozenset[FieldPath] = mine.fields if mine else frozenset()
    for path in applied - wanted.keys() - shared:
        new = without(new, tuple(step.removeprefix("f:") for step in path))
    # As on the real server, only who changed something by it is given the time.
    time = at if new != live else mine.time if mine else ""
    return new, (*_less(others, contested), _entry(by, "Apply", time, frozenset(wanted)))


def _refuse_conflicts(others: Entries, contested: frozenset[FieldPath]) -> None:
    causes = [
        Cause(
            reason="FieldManagerConflict",
            message=f"conflict with {each}",
            field="".join(f".{step.removeprefix('f:')}" for step in path),
        )
        for each in others
        for path in sorted(each.fields & contested)
    ]
    if causes:
        raise apply_conflict(causes)


def _entry(by: Writer, operation: str, at: str, fields: frozenset[FieldPath]) -> Entry:
    return Entry(manager=by.manager, operation=operation, api_version=by.api_version, time=at, fields=fields)


def _less(entries: Iterable[Entry], fields: frozenset[FieldPath]) -> Entries:
    return tuple(replace(each, fields=each.fields - fields) for each in entries)


def _leaves(body: Json) -> dict[FieldPath, Any]:
    return {path: value for path, value in _values(body).items() if value is not CONTAINER}


def _values(body: Json) -> dict[FieldPath, Any]:
    """Every tracked path of an object with its value, `CONTAINER` for objects that hold something."""
    metadata = {k: v for k, v in body.get("metadata", {}).items() if k not in UNTRACKED_METADATA}
    tracked = {key: value for key, value in body.items() if key not in UNTRACKED}
    found = dict(_flattened({**tracked, "metadata": metadata}, ()))
    found.pop(("f:metadata",), None)
    return found


def _flattened(body: Mapping[str, Any], above: FieldPath) -> Iterable[tuple[FieldPath, Any]]:
    for key, value in body.items():
        path = (*above, f"f:{key}")
        if is_dict(value) and value:
            yield path, CONTAINER
            yield from _flattened(value, path)
        else:
            yield path, value


def _as_json(entry: Entry) -> Json:
    subresource = {"subresource": entry.subresource} if entry.subresource else {}
    time = {"time": entry.time} if entry.time else {}
    return {
        "manager": entry.manager,
        "operation": entry.operation,
        "apiVersion": entry.api_version,
        **time,
        "fieldsType": "FieldsV1",
        "fieldsV1": _tree(entry.fields),
        **subresource,
    }


def _tree(fields: frozenset[FieldPath]) -> Json:
    """FieldsV1: nested steps; `.` says that the object at a step is owned itself, not only things in it."""
    tree: Json = {}
    for path in sorted(fields):  # a path comes before those below it
        node = tree
        for depth, step in enumerate(path, start=1):
            owned = depth < len(path) and path[:depth] in fields
            node = node.setdefault(step, {})
            if owned:
                node["."] = {}
    return tree


def _paths(tree: Json, above: FieldPath = ()) -> Iterable[FieldPath]:
    for step, inner in tree.items():
        if step == ".":
            yield above
        elif inner:
            yield from _paths(inner, (*above, step))
        else:
            yield (*above, step)
