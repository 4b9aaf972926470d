"""The JSON Schema of the experiment format, from which editors complete and explain every key.

It is stricter than a check: a schema knows no warnings, so that a mistyped key is underlined.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from itertools import groupby
from typing import Any, TypeAlias

from experiments.format.accepts import Accepts, Anything, Either, ListOf, MappingOf, OneOf, Plain
from experiments.format.library import Argument, Signature

Schema: TypeAlias = dict[str, Any]

_TYPES = {
    Plain.TEXT: "string",
    Plain.WHOLE: "integer",
    Plain.NUMBER: "number",
    Plain.TRUTH: "boolean",
    Plain.NOTHING: "null",
}
_REFERENCE: Schema = {"$ref": "#/$defs/reference"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """A function that an editor offers."""

    module: str
    name: str
    signature: Signature
    doc: str = ""


def experiment_schema(offered: Iterable[Completion]) -> Schema:
    """The schema of a file, draft 2020-12; what is not offered is never refused."""
    import yaml

    text = files("experiments.format").joinpath("experiment.schema.yaml").read_text("utf-8")
    schema: Schema = yaml.safe_load(text)
    python = schema["$defs"]["python"]
    functions = sorted(offered, key=lambda each: (each.module, each.name))
    modules = {name: list(those) for name, those in groupby(functions, key=lambda each: each.module)}
    python["properties"]["module"]["examples"] = list(modules)
    python["allOf"] = [_module(name, those) for name, those in modules.items()]
    schema["$defs"] |= {f"{each.module}.{each.name}": _arguments(each) for each in functions}
    return schema


def _module(name: str, functions: list[Completion]) -> Schema:
    """Which functions it has, and where the arguments of each are described."""
    return {
        "if": {"properties": {"module": {"const": name}}, "required": ["module"]},
        "then": {
            "properties": {"func": {"enum": [each.name for each in functions]}},
            "allOf": [_function(each) for each in functions],
        },
    }


def _function(function: Completion) -> Schema:
    then: Schema = {"properties": {"arguments": {"$ref": f"#/$defs/{function.module}.{function.name}"}}}
    if function.signature.required:
        then["required"] = ["arguments"]
    return {"if": {"properties": {"func": {"const": function.name}}, "required": ["func"]}, "then": then}


def _arguments(function: Completion) -> Schema:
    signature = function.signature
    missing = "" if signature.available else "Known, but not in this version: a run of it is refused."
    required = [name for name in signature.arguments if name in signature.required]
    return {
        "description": missing or function.doc,
        "type": "object" if required else ["object", "null"],
        "properties": {each.name: _argument(each) for each in signature.given},
        "required": required,
        "additionalProperties": False,
    }


def _argument(argument: Argument) -> Schema:
    schema = dict(_typed(argument.accepts))
    return schema if argument.default is None else {**schema, "default": argument.default}


def _typed(accepts: Accepts) -> Mapping[str, Any]:
    """Whatever it takes, or one `${name}`, of which anything may come."""
    shapes = [_shape(each) for each in (accepts.options if isinstance(accepts, Either) else (accepts,))]
    if any(shape in ({}, {"type": "string"}) for shape in shapes):
        return shapes[0] if len(shapes) == 1 else {"anyOf": shapes}
    return {"anyOf": [*shapes, _REFERENCE]}


def _shape(accepts: Accepts) -> Schema:
    match accepts:
        case Plain():
            return {"type": _TYPES[accepts]}
        case OneOf():
            return {"enum": [*accepts.values]}
        case ListOf():
            return {"type": "array", "items": _typed(accepts.items)}
        case MappingOf():
            return {"type": "object", "additionalProperties": _typed(accepts.values)}
        case Anything() | Either():
            return {}
