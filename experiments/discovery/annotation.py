"""A Python annotation as what a file may write there; an unknown one takes everything."""

from __future__ import annotations

import collections
import typing
from collections import abc
from enum import Enum
from inspect import Parameter
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NewType, Union, get_args, get_origin

from experiments.format.accepts import ANYTHING, Accepts, Anything, Either, ListOf, MappingOf, OneOf, Plain

_PLAIN: dict[object, Plain] = {
    str: Plain.TEXT,
    int: Plain.WHOLE,
    float: Plain.NUMBER,
    bool: Plain.TRUTH,
    None: Plain.NOTHING,
    NoneType: Plain.NOTHING,
}
_LISTS: tuple[object, ...] = (
    list,
    tuple,
    set,
    frozenset,
    abc.Sequence,
    abc.MutableSequence,
    abc.Collection,
    abc.Iterable,
    abc.Set,
)
_MAPPINGS: tuple[object, ...] = (
    dict,
    collections.OrderedDict,
    collections.defaultdict,
    abc.Mapping,
    abc.MutableMapping,
)
_SILENT = (Any, object, Parameter.empty)


def accepted(annotation: object) -> Accepts:
    """What plain data a parameter with this annotation takes; never raises."""
    origin, inner = get_origin(annotation) or annotation, get_args(annotation)
    if origin is Annotated or isinstance(annotation, NewType):
        return accepted(inner[0] if inner else getattr(annotation, "__supertype__", Any))
    if origin in (Union, UnionType):
        return either(*map(accepted, inner))
    if origin is Literal:
        return _one_of(inner)
    if typing.is_typeddict(origin):
        return MappingOf(ANYTHING)
    kind: Any = origin
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _one_of(tuple(each.value for each in kind)) if issubclass(kind, str | int) else _unknown(kind)
    return _plain_or_parts(origin, inner)


def either(*options: Accepts) -> Accepts:
    """What one of them takes, flat, each once; `Anything` among them takes all."""
    flat = [
        each for option in options for each in (option.options if isinstance(option, Either) else [option])
    ]
    silent = next((each for each in flat if isinstance(each, Anything)), None)
    once = tuple(dict.fromkeys(flat))
    return silent or (once[0] if len(once) == 1 else Either(once))


def _plain_or_parts(origin: object, inner: tuple[object, ...]) -> Accepts:
    if (plain := next((plain for kind, plain in _PLAIN.items() if kind is origin), None)) is not None:
        return plain
    if any(origin is each for each in _LISTS):
        return ListOf(either(*(accepted(each) for each in inner if each is not ...)) if inner else ANYTHING)
    if any(origin is each for each in _MAPPINGS):
        return MappingOf(accepted(inner[1]) if len(inner) == 2 else ANYTHING)
    return ANYTHING if any(origin is each for each in _SILENT) else _unknown(origin)


def _one_of(values: tuple[object, ...]) -> Accepts:
    options: list[Accepts] = [Plain.NOTHING] if None in values else []
    plain = tuple(each for each in values if isinstance(each, str | int))
    return either(OneOf(tuple(_value(each) for each in plain)), *options) if plain else ANYTHING


def _value(value: str | int) -> str | int | bool:
    """Of an Enum's member what a file writes."""
    return value.value if isinstance(value, Enum) else value


def _unknown(annotation: object) -> Anything:
    name = getattr(annotation, "__name__", None) or str(annotation)
    return Anything(f"anything ({name})")
