"""A part of a document as its model: every problem at its place, and what is right still usable."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from itertools import takewhile
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from experiments.format.expansion import Place
from experiments.format.findings import Findings
from experiments.format.problem import shown, suggestion
from experiments.model import Json
from scheduler.repo.keys import is_not_yet
from scheduler.repo.settings import Part

P = TypeVar("P", bound=Part)

_EXPECTED = {
    "bool_type": "true or false",
    "int_type": "a whole number",
    "string_type": "text",
    "list_type": "a list, e.g. [office]",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "greater_than_equal": "a number from 1 on",
    "too_short": "at least one entry",
}


def read_part(
    findings: Findings, data: Json, place: Place, model: type[P], stand_ins: Mapping[str, Any], depth: int
) -> P | None:
    """The model; where values were wrong, with stand-ins for them, so that the rest can be checked.

    Values down to `depth` keys are replaced alone, deeper ones together with what holds them.
    """
    try:
        return model.model_validate(data)
    except ValidationError as wrong:
        errors = wrong.errors(include_url=False)
    for error in errors:
        _report(findings, error, place, model)
    try:
        return model.model_validate(_repaired(data, errors, stand_ins, depth))
    except ValidationError:
        return None


def _report(findings: Findings, error: ErrorDetails, place: Place, model: type[Part]) -> None:
    inner: Place = tuple(step for step in error["loc"] if step != "[key]")
    where: Place = (*place, *inner)
    match error["type"]:
        case "extra_forbidden":
            findings.error_at_key(_unknown(where, inner, model), where)
        case "missing":
            owner = ".".join(map(str, where[:-1])) or "the file"
            findings.error_at_key(f"{owner} needs {where[-1]!r}; add it", where[:-1])
        case _:
            findings.error(f"{'.'.join(map(str, where))}: {_sentence(error, inner)}", where)


def _unknown(where: Place, inner: Place, model: type[Part]) -> str:
    if is_not_yet(where):
        return f"{'.'.join(map(str, where))} is not supported by this version; remove it"
    known = known_keys(model, inner[:-1])
    near = suggestion(str(inner[-1]), known) or f"; expected one of {', '.join(known)}"
    return f"unknown key {inner[-1]!r}{near}"


def known_keys(model: type[Part], place: Place) -> list[str]:
    """The keys that a model has at a place below it."""
    for step in place:
        field = model.model_fields.get(str(step))
        part = _part_in(field.annotation) if field else None
        model = part or model
    return [field.alias or name for name, field in model.model_fields.items()]


def _part_in(annotation: Any) -> type[Part] | None:
    """The model in `X`, `X | None` or `dict[str, X]`."""
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return annotation
    inner = (_part_in(each) for each in getattr(annotation, "__args__", ()))
    return next((part for part in inner if part), None)


def _sentence(error: ErrorDetails, inner: Place) -> str:
    found = "something else" if inner[0] == "notifications" else shown(error["input"])  # may hold a token
    match error["type"]:
        case "value_error":
            return str(error["ctx"]["error"])
        case "enum" if inner[-1] == "overlap":
            return f"overlap {found} is not supported by this version; write skip"
        case "enum" | "literal_error":
            return f"expected {error['ctx']['expected'].replace(chr(39), '')}, found {found}"
        case kind:
            return f"expected {_EXPECTED.get(kind, error['msg'])}, found {found}"


def _repaired(data: Json, errors: list[ErrorDetails], stand_ins: Mapping[str, Any], depth: int) -> Json:
    repaired = deepcopy(data) if isinstance(data, dict) else {}
    for error in errors:
        names = [*takewhile(lambda step: isinstance(step, str), error["loc"][:depth])]
        _replace(repaired, [str(name) for name in names], stand_ins)
    return repaired


def _replace(owner: Json, names: list[str], stand_ins: Mapping[str, Any]) -> None:
    """Put the stand-in at the end of the path, or take away what has none."""
    for name in names[:-1]:
        owner = owner.get(name) if isinstance(owner, dict) else None
    if isinstance(owner, dict) and names:
        owner.pop(names[-1], None)
        if names[-1] in stand_ins:
            owner[names[-1]] = stand_ins[names[-1]]
