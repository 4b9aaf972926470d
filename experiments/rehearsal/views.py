"""How stored objects are shown: in the version asked for, one by one, in lists, as metadata alone."""

from __future__ import annotations

from collections.abc import Iterator

from experiments.rehearsal.history import Change, ChangeType
from experiments.rehearsal.kinds import KINDS, Json, Kind
from experiments.rehearsal.paging import Page
from experiments.rehearsal.requests import Target
from experiments.rehearsal.selectors import Selector

VERBS = ["create", "delete", "get", "list", "patch", "update", "watch"]


def shown(target: Target, item: Json, *, metadata_only: bool = False) -> Json:
    """One object as a client of this version sees it."""
    if metadata_only:
        return {
            "kind": "PartialObjectMetadata",
            "apiVersion": "meta.k8s.io/v1",
            "metadata": item["metadata"],
        }
    return {**item, "apiVersion": target.api_version, "kind": target.kind.name}


def listed(target: Target, page: Page, *, metadata_only: bool = False) -> Json:
    """A page of a list; items of built-in kinds do not repeat their kind."""
    items = [shown(target, item, metadata_only=metadata_only) for item in page.items]
    if not (target.kind.custom or metadata_only):
        items = [{k: v for k, v in item.items() if k not in ("apiVersion", "kind")} for item in items]
    always_told = target.kind.custom and not metadata_only
    more: Json = {"continue": page.next_token} if page.next_token or always_told else {}
    if page.remaining is not None:
        more["remainingItemCount"] = page.remaining
    named = (
        ("PartialObjectMetadata", "meta.k8s.io/v1")
        if metadata_only
        else (target.kind.name, target.api_version)
    )
    return {
        "kind": f"{named[0]}List",
        "apiVersion": named[1],
        "metadata": {"resourceVersion": str(page.version), **more},
        "items": items,
    }


def watched(
    target: Target, selector: Selector, changes: Iterator[Change]
) -> Iterator[tuple[ChangeType, Json]]:
    """What a watcher is told; an object that begins or ceases to match is added or deleted for them."""
    for change in changes:
        if change.address.resource != target.kind.resource:
            continue
        if target.namespace not in ("", change.address.namespace):
            continue
        before = change.before if change.before and selector.matches(change.before) else None
        after = change.after if change.after and selector.matches(change.after) else None
        if after:
            yield ChangeType.MODIFIED if before else ChangeType.ADDED, after
        elif before:
            yield ChangeType.DELETED, before


def groups() -> Json:
    """`/apis`: every named group with its versions."""
    found = {kind.group: kind for kind in KINDS if kind.group}
    return {"kind": "APIGroupList", "apiVersion": "v1", "groups": [_group(kind) for kind in found.values()]}


def resources(api_version: str) -> Json | None:
    """`/api/v1` and the like: what one version serves; None when nothing."""
    served = [kind for kind in KINDS if kind.serves(api_version)]
    return (
        {
            "kind": "APIResourceList",
            "apiVersion": "v1",
            "groupVersion": api_version,
            "resources": [_resource(kind) for kind in served],
        }
        if served
        else None
    )


def _group(kind: Kind) -> Json:
    versions = [{"groupVersion": kind.api_version(each), "version": each} for each in kind.versions]
    return {"name": kind.group, "versions": versions, "preferredVersion": versions[0]}


def _resource(kind: Kind) -> Json:
    return {
        "name": kind.plural,
        "singularName": kind.name.lower(),
        "shortNames": [kind.short],
        "namespaced": kind.namespaced,
        "kind": kind.name,
        "verbs": VERBS,
    }
