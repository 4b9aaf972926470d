"""Activities that say what they do, in a file that both sides of a comparison write."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import Any

from chaoslib.exceptions import ActivityFailed, InterruptExecution


def do(what: str) -> str:
    """Note it."""
    with Path(os.environ["DEEDS"]).open("a") as deeds:
        deeds.write(f"{what}\n")
    return what


def give(value: Any = None, note: str = "") -> Any:
    """Answer with the value."""
    do(note or "give")
    return value


def kind(value: Any) -> str:
    """What a value is once it has been substituted."""
    do("kind")
    return f"{type(value).__name__} {value!r}"


def count(limit: int = 1) -> int:
    """How often anything was done so far."""
    do("count")
    return len(Path(os.environ["DEEDS"]).read_text().splitlines())


def few(limit: int = 2) -> bool:
    """Whether little was done so far: a hypothesis that stops holding."""
    return count() <= limit


def told(configuration: Any = None, secrets: Any = None) -> Any:
    """What Chaos Toolkit passes by the name of a parameter."""
    do("told")
    return {"configuration": configuration, "secrets": secrets}


def accept(value: Any = None, allowed: Any = None) -> bool:
    """Judge a value, as a tolerance."""
    do("accept")
    return bool(value == allowed)


def fail(why: str = "it cannot be done") -> None:
    """As an extension fails."""
    do("fail")
    raise ActivityFailed(why)


def crash() -> None:
    """As code fails."""
    do("crash")
    raise KeyError("crash")


def odd() -> Any:
    """What no JSON can hold."""
    do("odd")
    return {1, 2}


def end() -> None:
    """Ask for the end of the run."""
    do("end")
    raise InterruptExecution("enough")


def hold() -> None:
    """Take long, and pass over whatever goes wrong."""
    do("here")
    with suppress(Exception):
        Event().wait(60)
