"""A validator of JSON Schemas for tests: the keywords that our schemas use, and an error for any other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

#: Say nothing about what fits.
_NOTES = {"$schema", "$defs", "title", "description", "default", "examples", "deprecated"}
_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


def objections(schema: Any, value: object) -> list[str]:
    """Every place where the value does not fit, with the keyword that refuses it."""
    return list(_judge(schema, schema, value, "$"))


def _judge(root: Any, schema: Any, value: object, place: str) -> Iterator[str]:
    if isinstance(schema, bool):
        if not schema:
            yield f"{place}: nothing fits"
        return
    for keyword, wanted in schema.items():
        if keyword in _NOTES or keyword in ("then", "else"):
            continue
        judge = globals().get(f"_{keyword.strip('$').lower()}")
        if judge is None:
            raise NotImplementedError(keyword)
        yield from judge(root, schema, wanted, value, place)


def _ref(root: Any, schema: Any, wanted: str, value: object, place: str) -> Iterator[str]:
    yield from _judge(root, root["$defs"][wanted.removeprefix("#/$defs/")], value, place)


def _type(root: Any, schema: Any, wanted: str | list[str], value: object, place: str) -> Iterator[str]:
    names = [wanted] if isinstance(wanted, str) else wanted
    if not any(_is(value, name) for name in names):
        yield f"{place}: type"


def _is(value: object, name: str) -> bool:
    return isinstance(value, _TYPES[name]) and (name == "boolean" or not isinstance(value, bool))


def _const(root: Any, schema: Any, wanted: object, value: object, place: str) -> Iterator[str]:
    if value != wanted:
        yield f"{place}: const"


def _enum(root: Any, schema: Any, wanted: list[object], value: object, place: str) -> Iterator[str]:
    if value not in wanted:
        yield f"{place}: enum"


def _required(root: Any, schema: Any, wanted: list[str], value: object, place: str) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (f"{place}: required {name}" for name in wanted if name not in value)


def _properties(root: Any, schema: Any, wanted: dict[str, Any], value: object, place: str) -> Iterator[str]:
    for name, inner in wanted.items():
        if isinstance(value, dict) and name in value:
            yield from _judge(root, inner, value[name], f"{place}.{name}")


def _patternproperties(
    root: Any, schema: Any, wanted: dict[str, Any], value: object, place: str
) -> Iterator[str]:
    for name, each in value.items() if isinstance(value, dict) else ():
        for pattern, inner in wanted.items():
            if re.search(pattern, name):
                yield from _judge(root, inner, each, f"{place}.{name}")


def _additionalproperties(root: Any, schema: Any, wanted: Any, value: object, place: str) -> Iterator[str]:
    patterns = schema.get("patternProperties", {})
    for name, each in value.items() if isinstance(value, dict) else ():
        if name not in schema.get("properties", {}) and not any(re.search(it, name) for it in patterns):
            yield from _judge(root, wanted, each, f"{place}.{name}")


def _propertynames(root: Any, schema: Any, wanted: Any, value: object, place: str) -> Iterator[str]:
    for name in value if isinstance(value, dict) else ():
        yield from _judge(root, wanted, name, f"{place}.{name}")


def _items(root: Any, schema: Any, wanted: Any, value: object, place: str) -> Iterator[str]:
    for index, each in enumerate(value if isinstance(value, list) else ()):
        yield from _judge(root, wanted, each, f"{place}[{index}]")


def _minitems(root: Any, schema: Any, wanted: int, value: object, place: str) -> Iterator[str]:
    if isinstance(value, list) and len(value) < wanted:
        yield f"{place}: minItems"


def _maxitems(root: Any, schema: Any, wanted: int, value: object, place: str) -> Iterator[str]:
    if isinstance(value, list) and len(value) > wanted:
        yield f"{place}: maxItems"


def _pattern(root: Any, schema: Any, wanted: str, value: object, place: str) -> Iterator[str]:
    if isinstance(value, str) and not re.search(wanted, value):
        yield f"{place}: pattern"


def _minlength(root: Any, schema: Any, wanted: int, value: object, place: str) -> Iterator[str]:
    if isinstance(value, str) and len(value) < wanted:
        yield f"{place}: minLength"


def _minimum(root: Any, schema: Any, wanted: float, value: object, place: str) -> Iterator[str]:
    if isinstance(value, int | float) and value < wanted:
        yield f"{place}: minimum"


def _maximum(root: Any, schema: Any, wanted: float, value: object, place: str) -> Iterator[str]:
    if isinstance(value, int | float) and value > wanted:
        yield f"{place}: maximum"


def _exclusiveminimum(root: Any, schema: Any, wanted: float, value: object, place: str) -> Iterator[str]:
    if isinstance(value, int | float) and value <= wanted:
        yield f"{place}: exclusiveMinimum"


def _allof(root: Any, schema: Any, wanted: list[Any], value: object, place: str) -> Iterator[str]:
    for each in wanted:
        yield from _judge(root, each, value, place)


def _anyof(root: Any, schema: Any, wanted: list[Any], value: object, place: str) -> Iterator[str]:
    if all(any(_judge(root, each, value, place)) for each in wanted):
        yield f"{place}: anyOf"


def _if(root: Any, schema: Any, wanted: Any, value: object, place: str) -> Iterator[str]:
    branch = "else" if any(_judge(root, wanted, value, place)) else "then"
    yield from _judge(root, schema.get(branch, True), value, place)
