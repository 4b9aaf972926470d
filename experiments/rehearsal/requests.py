"""What a request asks for: which objects, in which representation, by whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from experiments.rehearsal.kinds import Address, Json, Kind, kind_at
from experiments.rehearsal.ownership import Writer
from experiments.rehearsal.status import bad_request

METADATA_ONLY = ("PartialObjectMetadata", "PartialObjectMetadataList")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The objects that a path names: one, or all of a kind in a namespace, or everywhere."""

    kind: Kind
    api_version: str
    namespace: str = ""
    name: str = ""

    @property
    def address(self) -> Address:
        return Address(self.kind.resource, self.namespace, self.name)


def target_of(path: str) -> Target | None:
    """Read `/apis/apps/v1/namespaces/shop/deployments/web`; None when nothing is served there."""
    match path.strip("/").split("/"):
        case ["api", version, *rest]:
            return _target(version, rest)
        case ["apis", group, version, *rest]:
            return _target(f"{group}/{version}", rest)
        case _:
            return None


def writer_of(target: Target, query: Mapping[str, str], user_agent: str) -> Writer:
    """The field manager is the one named, else the program that calls."""
    return Writer(
        manager=query.get("fieldManager") or user_agent.partition("/")[0] or "unknown",
        api_version=target.api_version,
        dry_run=query.get("dryRun") == "All",
    )


def wants_metadata_only(accept: str) -> bool:
    """True when the first media type of the Accept header asks for no more than metadata."""
    _, *parameters = accept.split(",")[0].split(";")
    pairs = [each.strip().partition("=") for each in parameters]
    asked = {name: value for name, _, value in pairs}
    return asked.get("as") in METADATA_ONLY


def whole_number(query: Mapping[str, str], name: str) -> int:
    """A parameter that is a number; 0 when it is not given."""
    text = query.get(name) or "0"
    if not text.isdecimal():
        raise bad_request(f'invalid value for {name}: "{text}" is not a whole number')
    return int(text)


def is_true(query: Mapping[str, str], name: str) -> bool:
    return query.get(name, "") in ("true", "1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """Under which conditions to delete."""

    uid: str = ""
    version: str = ""
    grace: int | None = None
    dry_run: bool = False


def deletion_of(query: Mapping[str, str], body: Json) -> Deletion:
    """DeleteOptions from the body and the query; only background deletion is known."""
    policy = body.get("propagationPolicy") or query.get("propagationPolicy") or "Background"
    if policy != "Background":
        raise bad_request(
            f"propagationPolicy {policy} is not supported by the simulated cluster: use Background"
        )
    conditions: dict[str, Any] = body.get("preconditions") or {}
    grace = body.get("gracePeriodSeconds")
    if grace is None and "gracePeriodSeconds" in query:
        grace = whole_number(query, "gracePeriodSeconds")
    return Deletion(
        uid=conditions.get("uid") or "",
        version=conditions.get("resourceVersion") or "",
        grace=grace,
        dry_run="All" in (query.get("dryRun"), *(body.get("dryRun") or [])),
    )


def _target(api_version: str, rest: list[str]) -> Target | None:
    match rest:
        case ["namespaces", namespace, plural, *name] if len(name) <= 1:
            return _known(api_version, plural, namespace, *name)
        case [plural, *name] if len(name) <= 1:
            return _known(api_version, plural, "", *name)
        case _:
            return None


def _known(api_version: str, plural: str, namespace: str, name: str = "") -> Target | None:
    kind = kind_at(api_version, plural)
    if kind is None or (namespace and not kind.namespaced) or (name and kind.namespaced and not namespace):
        return None
    return Target(kind=kind, api_version=api_version, namespace=namespace, name=name)
