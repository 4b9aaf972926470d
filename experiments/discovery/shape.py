"""Discovered activities as plain data: Chaos Toolkit's shape, with more keys."""

from __future__ import annotations

from collections.abc import Iterable

from experiments.discovery.found import Found
from experiments.format.accepts import Accepts, Anything, Either, ListOf, MappingOf, OneOf, Plain
from experiments.format.library import Argument
from experiments.model import Json

_PORTABLE = {
    Plain.TEXT: "string",
    Plain.WHOLE: "integer",
    Plain.NUMBER: "number",
    Plain.TRUTH: "boolean",
    Plain.NOTHING: "null",
}


def shaped(activities: Iterable[Found]) -> dict[str, Json]:
    """`{activities: [{type, name, mod, doc, arguments, return_type}]}`, as its `discovery.json` has them."""
    return {"activities": [_activity(each) for each in activities]}


def _activity(found: Found) -> dict[str, Json]:
    shape: dict[str, Json] = {
        "type": found.kind.value,
        "name": found.name,
        "mod": found.module,
        "doc": found.doc,
        "arguments": [_argument(each) for each in found.signature.given],
        "available": found.signature.available,
    }
    if found.returns is not None:
        shape["return_type"] = _portable(found.returns)
    if found.undo is not None:
        shape["undo"] = found.undo.value
    if found.rights is not None:
        needs = (*found.rights.call, *found.rights.undo, *found.rights.sweep)
        shape["rights"] = [
            {"group": each.group, "resource": each.resource, "verbs": [*each.verbs]} for each in needs
        ]
    return shape


def _argument(argument: Argument) -> dict[str, Json]:
    """`takes` is how people read the type; Chaos Toolkit's word is coarser."""
    shape: dict[str, Json] = {
        "name": argument.name,
        "type": _portable(argument.accepts),
        "takes": argument.type,
        "optional": not argument.required,
    }
    return shape if argument.required else {**shape, "default": argument.default}


def _portable(accepts: Accepts) -> str:
    match accepts:
        case Plain():
            return _PORTABLE[accepts]
        case ListOf():
            return "list"
        case MappingOf():
            return "mapping"
        case OneOf():
            return "string" if all(isinstance(each, str) for each in accepts.values) else "object"
        case Either():
            rest = {_portable(each) for each in accepts.options} - {"null"}
            return rest.pop() if len(rest) == 1 else "object"
        case Anything():
            return "object"
