"""Label and field selectors, with Kubernetes' own grammar."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from experiments.rehearsal.kinds import Json, Kind
from experiments.rehearsal.status import bad_request
from experiments.shapes import NOTHING, is_dict

NAME = r"[A-Za-z0-9][-A-Za-z0-9_./]*"
SET_BASED = re.compile(rf"({NAME})\s+(in|notin)\s*\(([^()]*)\)")
EQUALITY = re.compile(rf"({NAME})\s*(==|=|!=)\s*([-A-Za-z0-9_.]*)")
EXISTENCE = re.compile(rf"(!?)\s*({NAME})")
#: A comma between requirements, not one between the values of a set.
BETWEEN = re.compile(r",(?![^(]*\))")


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One condition on one key: its value is among `values`, or (`wanted` false) it is not.

    No values stands for any value. A missing key is never among them, so it satisfies every unwanted one.
    """

    key: str
    values: frozenset[str] | None
    wanted: bool = True

    def matches(self, words: Mapping[str, str]) -> bool:
        found = self.key in words and (self.values is None or words[self.key] in self.values)
        return found is self.wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Selector:
    """Which objects of one list are meant: all requirements hold; without any, every object."""

    labels: tuple[Requirement, ...] = ()
    fields: tuple[Requirement, ...] = ()

    def matches(self, item: Json) -> bool:
        labels: dict[str, Any] = item["metadata"].get("labels") or {}
        return all(each.matches(labels) for each in self.labels) and all(
            each.matches({each.key: _field(item, each.key)}) for each in self.fields
        )

    def __bool__(self) -> bool:
        return bool(self.labels or self.fields)


def selector(kind: Kind, labels: str = "", fields: str = "") -> Selector:
    """Read both selectors of a request; one that the real server refuses is a 400."""
    return Selector(labels=label_requirements(labels), fields=_field_requirements(kind, fields))


def label_requirements(text: str) -> tuple[Requirement, ...]:
    """`app=shop,tier in (web, api),!canary` as requirements."""
    return tuple(_label_requirement(part.strip()) for part in BETWEEN.split(text) if text.strip())


def label_selector(body: Json) -> Selector:
    """The selector that a workload's `spec.selector` stands for."""
    exact = (body.get("matchLabels") or NOTHING).items()
    labels = [Requirement(key=key, values=frozenset([value])) for key, value in exact]
    expressions: list[Any] = body.get("matchExpressions") or []
    labels += [_expression(each) for each in expressions]
    return Selector(labels=tuple(labels))


def _label_requirement(text: str) -> Requirement:
    if match := SET_BASED.fullmatch(text):
        values = frozenset(value.strip() for value in match[3].split(","))
        return Requirement(key=match[1], values=values, wanted=match[2] == "in")
    if match := EQUALITY.fullmatch(text):
        return Requirement(key=match[1], values=frozenset([match[3]]), wanted=match[2] != "!=")
    if match := EXISTENCE.fullmatch(text):
        return Requirement(key=match[2], values=None, wanted=not match[1])
    raise bad_request(f"unable to parse requirement: found '{text}'")


def _expression(body: Json) -> Requirement:
    operator = str(body["operator"])
    values: Sequence[str] | None = body.get("values") if operator in ("In", "NotIn") else None
    return Requirement(
        key=body["key"],
        values=None if values is None else frozenset(values),
        wanted=operator in ("In", "Exists"),
    )


def _field_requirements(kind: Kind, text: str) -> tuple[Requirement, ...]:
    found = [_field_requirement(part.strip()) for part in text.split(",") if part.strip()]
    known = ("metadata.name", "metadata.namespace", *kind.selectable)
    for each in found:
        if each.key not in known:
            raise bad_request(f"field label not supported: {each.key}")
    return tuple(found)


def _field_requirement(text: str) -> Requirement:
    match = re.fullmatch(r"([^=!]+)(==|=|!=)(.*)", text)
    if match is None:
        raise bad_request(f'invalid selector: "{text}"; can\'t understand it')
    return Requirement(key=match[1], values=frozenset([match[3]]), wanted=match[2] != "!=")


def _field(item: Json, path: str) -> str:
    value: object = item
    for name in path.split("."):
        value = value.get(name) if is_dict(value) else None
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)
