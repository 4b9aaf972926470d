"""A control whose hook in the undo waits for something that does not come."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from typing import Any

begun: list[Callable[[], None]] = []
told: list[str] = []
never = Event()


def before_rollback_control(context: Any) -> None:
    begun[0]()
    never.wait(60)


def after_rollback_control(context: Any) -> None:
    told.append("called again")
