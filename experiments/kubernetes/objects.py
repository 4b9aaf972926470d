"""Reading plain Kubernetes objects: what the API server gives, with nothing taken for granted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from experiments.faults.intent import Target

#: One object as JSON. Nothing in here ever changes one in place.
Object: TypeAlias = dict[str, Any]
Objects: TypeAlias = list[Object]

#: Opt-out: an object with this label set to "true" is never a target.
EXEMPT_LABEL = "cowbane.dev/exempt"
#: What we consist of ourselves carries this label with this value.
PART_OF_LABEL, OURSELVES = "app.kubernetes.io/part-of", "cowbane"


def metadata_of(thing: Object) -> Object:
    """The object's metadata, empty rather than missing."""
    found: Object = thing.get("metadata") or {}
    return found


def name_of(thing: Object) -> str:
    return str(metadata_of(thing).get("name", ""))


def uid_of(thing: Object) -> str:
    return str(metadata_of(thing).get("uid", ""))


def resource_version_of(thing: Object) -> str:
    return str(metadata_of(thing).get("resourceVersion", ""))


def labels_of(thing: Object) -> Mapping[str, str]:
    found: Mapping[str, str] = metadata_of(thing).get("labels") or {}
    return found


def annotations_of(thing: Object) -> Mapping[str, str]:
    found: Mapping[str, str] = metadata_of(thing).get("annotations") or {}
    return found


def managed_fields_of(thing: Object) -> list[Object]:
    found: list[Object] = metadata_of(thing).get("managedFields") or []
    return found


def status_of(thing: Object) -> Object:
    found: Object = thing.get("status") or {}
    return found


def is_exempt(thing: Object) -> bool:
    return labels_of(thing).get(EXEMPT_LABEL) == "true"


def is_ours(thing: Object) -> bool:
    return labels_of(thing).get(PART_OF_LABEL) == OURSELVES


def is_terminating(thing: Object) -> bool:
    return "deletionTimestamp" in metadata_of(thing)


def target_of(api_version: str, resource: str, thing: Object) -> Target:
    """The object as something to act on."""
    return Target(
        api_version=api_version,
        resource=resource,
        namespace=str(metadata_of(thing).get("namespace", "")),
        name=name_of(thing),
        uid=uid_of(thing),
    )
