"""One hook of one control: found by its name, and given what its parameters ask for."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from enum import StrEnum
from types import CoroutineType

from experiments.model import Control, Scope
from experiments.providers.sentence import from_exception


class Level(StrEnum):
    """What a hook is called around, in the words of its name."""

    LOADING = "loading_experiment"
    EXPERIMENT = "experiment"
    HYPOTHESIS = "hypothesis"
    METHOD = "method"
    ROLLBACK = "rollback"
    ACTIVITY = "activity"


CONFIGURE, CLEAN_UP, VALIDATE = "configure_control", "cleanup_control", "validate_control"
#: Every hook there is: a module with none of them is no control.
NAMES = frozenset(
    {CONFIGURE, CLEAN_UP, VALIDATE} | {f"{scope}_{level}_control" for scope in Scope for level in Level}
)


class Asynchronous(Exception):
    """A hook that only says what it would do."""


def name_of(level: Level, scope: Scope) -> str:
    """The function that a control's module has for it."""
    return f"{scope}_{level}_control"


def call(function: Callable[..., object], offered: Mapping[str, object], said: Mapping[str, object]) -> None:
    """Call it with the arguments that the file says and, of what is offered, with what it names.

    One that takes anything (`**kwargs`) is given what it names and the file's arguments, as in Chaos
    Toolkit; `context` is always given. Raises what it raises, and `Asynchronous` where it did nothing.
    """
    parameters = inspect.signature(function).parameters
    wanted = {name: value for name, value in offered.items() if name in parameters or name == "context"}
    answer = function(**{**said, **wanted})
    if isinstance(answer, CoroutineType):
        answer.close()
        raise Asynchronous("expected a plain function, found an async def; it was not called")


def complaint(control: Control, hook: str, error: BaseException) -> str:
    """What a control raised, as a sentence that says which one and where."""
    return f"control {control.name}, {hook}: {from_exception(error)}"
