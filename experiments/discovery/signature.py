"""What a file gives to a function, read off its annotations once."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, TypeAlias, get_type_hints

from experiments.discovery.annotation import accepted, either
from experiments.engine.caught import Caught
from experiments.format.accepts import Accepts, Plain
from experiments.format.library import Argument, Signature
from experiments.plain import plain

Function: TypeAlias = Callable[..., object]

#: Passed by the run to functions of other people that ask for them by name, as Chaos Toolkit does.
PASSED = frozenset({"configuration", "secrets"})
_VARIABLE = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


@lru_cache(maxsize=1024)
def signature_of(function: Function, *, own: bool = False) -> Signature:
    """The arguments that a file gives; never raises, what cannot be read takes everything.

    Keyword-only parameters of our own library are given by the engine, those of others by the file.
    """
    hints = _hints(function)
    return Signature(
        given=tuple(
            _argument(each, hints.get(each.name, inspect.Parameter.empty))
            for each in _parameters(function)
            if each.kind not in _VARIABLE and not _is_passed(each, own)
        )
    )


def returned(function: Function) -> Accepts | None:
    """What a function answers; None when it does not say."""
    hints = _hints(function)
    return accepted(hints["return"]) if "return" in hints else None


def _is_passed(parameter: inspect.Parameter, own: bool) -> bool:
    return parameter.kind is parameter.KEYWORD_ONLY if own else parameter.name in PASSED


def _argument(parameter: inspect.Parameter, annotation: object) -> Argument:
    accepts = accepted(annotation)
    required = parameter.default is parameter.empty
    if parameter.default is None:  # what `label: str = None` means
        accepts = either(accepts, Plain.NOTHING)
    return Argument(
        name=parameter.name,
        required=required,
        default=None if required else plain(parameter.default),
        accepts=accepts,
    )


def _parameters(function: Function) -> list[inspect.Parameter]:
    with Caught():
        return list(inspect.signature(function).parameters.values())
    return []


def _hints(function: Function) -> Mapping[str, Any]:
    """Annotations as types, without those that name what is not there at run time."""
    with Caught():
        return get_type_hints(function)
    return {name: hint for name, text in _annotations(function).items() for hint in _hint(function, text)}


def _annotations(function: Function) -> Mapping[str, object]:
    annotations: Mapping[str, object] = getattr(function, "__annotations__", {})
    return annotations


def _hint(function: Function, annotation: object) -> Iterator[object]:
    with Caught():
        alone = SimpleNamespace(__annotations__={"it": annotation})
        yield get_type_hints(alone, getattr(function, "__globals__", {}))["it"]
