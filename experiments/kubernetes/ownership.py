"""Who owns a field of an object (`metadata.managedFields`), and how ours is given back; pure.

Whoever changes a field takes it from those who applied it. Without giving it back, their next
server-side apply with another value would conflict with us, long after our change is gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from experiments.faults.intent import FIELD_MANAGER
from experiments.kubernetes.objects import Object, Objects

#: Steps as FieldsV1 writes them, e.g. `("f:spec", "f:http")`.
FieldPath: TypeAlias = tuple[str, ...]

#: What tells one entry of `managedFields` from another.
IDENTITY = ("manager", "operation", "apiVersion", "subresource")


def owners(managed: Objects, field: FieldPath) -> Objects:
    """The identities of those, except us, who own the field."""
    return [_identity(each) for each in managed if not _is_ours(each) and _owns(each, field)]


def is_owned_by_us(managed: Objects, field: FieldPath) -> bool:
    return any(_is_ours(each) and _owns(each, field) for each in managed)


def last_writer(managed: Objects, field: FieldPath) -> str:
    """Who, except us, wrote the field last and when; empty when nobody is known."""
    found = [each for each in managed if not _is_ours(each) and _owns(each, field)]
    latest = max(found, key=lambda each: str(each.get("time", "")), default=None)
    return f"{latest.get('manager')} at {latest.get('time', 'an unknown time')}" if latest else ""


def given_back(managed: Objects, field: FieldPath, to: Sequence[Object]) -> Objects:
    """The entries with the field taken from us and given to these identities."""
    left = [_without(each, field) if _is_ours(each) else each for each in managed]
    entries = [each for each in left if each.get("fieldsV1")]
    for owner in map(_identity, to):
        index = next((i for i, each in enumerate(entries) if _identity(each) == owner), None)
        if index is None:
            entries.append({**owner, "fieldsType": "FieldsV1", "fieldsV1": _with({}, field)})
        else:
            entry = entries[index]
            entries[index] = {**entry, "fieldsV1": _with(entry.get("fieldsV1") or {}, field)}
    return entries or [{}]  # an empty list would change nothing


def _is_ours(entry: Object) -> bool:
    return entry.get("manager") == FIELD_MANAGER


def _identity(entry: Object) -> Object:
    return {key: str(entry[key]) for key in IDENTITY if entry.get(key)}


def _owns(entry: Object, field: FieldPath) -> bool:
    node: dict[str, Any] = entry.get("fieldsV1") or {}
    for step in field:
        if step not in node:
            return False
        node = node[step]
    return True


def _with(tree: Object, field: FieldPath) -> Object:
    head, *rest = field
    inner: dict[str, Any] = tree.get(head) or {}
    return {**tree, head: _with(inner, tuple(rest)) if rest else inner}


def _without(entry: Object, field: FieldPath) -> Object:
    return {**entry, "fieldsV1": _pruned(entry.get("fieldsV1") or {}, field)}


def _pruned(tree: Object, field: FieldPath) -> Object:
    """The tree less the field, and less the steps that this leaves empty."""
    head, *rest = field
    if head not in tree:
        return tree
    others = {key: value for key, value in tree.items() if key != head}
    left = _pruned(tree[head], tuple(rest)) if rest else {}
    return {**others, head: left} if left else others
