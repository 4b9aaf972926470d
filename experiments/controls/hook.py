"""One hook of one control: found by its name, and given what its parameters ask for."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from enum import StrEnum

from experiments.model import Scope


class Level(StrEnum):
    """What a hook is called around, in the words of its name."""

    LOADING = "loading_experiment"
    EXPERIMENT = "experiment"
    HYPOTHESIS = "hypothesis"
    METHOD = "method"
    ROLLBACK = "rollback"
    ACTIVITY = "activity"


CONFIGURE, CLEAN_UP = "configure_control", "cleanup_control"
#: Every hook there is: a module with none of them is no control.
NAMES = frozenset(
    {CONFIGURE, CLEAN_UP, "validate_control"}
    | {f"{scope}_{level}_control" for scope in Scope for level in Level}
)


def name_of(level: Level, scope: Scope) -> str:
    """The function that a control's module has for it."""
    return f"{scope}_{level}_control"


def call(function: Callable[..., object], offered: Mapping[str, object], said: Mapping[str, object]) -> None:
    """Call it with the arguments that the file says and, of what is offered, with what it names.

    One that takes anything (`**kwargs`) is given what it names and the file's arguments, as in Chaos
    Toolkit; `context` is always given.
    """
    parameters = inspect.signature(function).parameters
    wanted = {name: value for name, value in offered.items() if name in parameters or name == "context"}
    function(**{**said, **wanted})
