"""What RBAC objects, or values of the chart, let the account of each queue do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from experiments.kubernetes.grants import Grant, granted
from experiments.kubernetes.objects import Object, metadata_of, name_of
from experiments.kubernetes.roles import read_roles

#: A place in which a grant holds: a namespace, or this for all of them.
EVERYWHERE = ""
#: Place -> grants.
Places: TypeAlias = dict[str, frozenset[Grant]]

ROLES, BINDINGS = ("Role", "ClusterRole"), ("RoleBinding", "ClusterRoleBinding")


def of_objects(objects: Iterable[Object], prefix: str, namespace: str | None = None) -> dict[str, Places]:
    """By queue: what is bound to PREFIX-worker-QUEUE of this namespace, or of any."""
    objects = list(objects)
    defined = {_key(each): granted(each.get("rules") or ()) for each in objects if each["kind"] in ROLES}
    found: dict[str, Places] = {}
    for binding in objects:
        if binding["kind"] not in BINDINGS:
            continue
        place = _namespace(binding)
        for queue in _queues(binding, f"{prefix}-worker-", namespace):
            places = found.setdefault(queue, {})
            places[place] = places.get(place, frozenset()) | defined.get(_reference(binding), frozenset())
    return found


def of_values(values: Mapping[str, Any]) -> dict[str, Places]:
    """By queue: what the chart would bind; raises `NoRoles`."""
    return {str(queue): read_roles(_roles(settings)) for queue, settings in values["queues"].items()}


def _queues(binding: Object, prefix: str, namespace: str | None) -> Iterator[str]:
    for subject in binding.get("subjects") or ():
        name = str(subject.get("name", ""))
        ours = subject.get("kind") == "ServiceAccount" and name.startswith(prefix)
        if ours and namespace in (None, subject.get("namespace")):
            yield name.removeprefix(prefix)


def _reference(binding: Object) -> tuple[str, str, str]:
    reference = binding["roleRef"]
    place = _namespace(binding) if reference["kind"] == "Role" else EVERYWHERE
    return reference["kind"], place, reference["name"]


def _key(role: Object) -> tuple[str, str, str]:
    return role["kind"], _namespace(role), name_of(role)


def _namespace(thing: Object) -> str:
    return str(metadata_of(thing).get("namespace", EVERYWHERE))


def _roles(settings: Any) -> Any:
    return settings.get("roles", {}) if isinstance(settings, Mapping) else settings
