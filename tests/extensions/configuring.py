"""Controls that fail, or end the run, when they are configured."""

from __future__ import annotations

from typing import Any

from chaoslib.exceptions import InterruptExecution


def configure_control(what: str = "", **kwargs: Any) -> None:
    if what == "interrupt":
        raise InterruptExecution("the dependency is down")
    raise LookupError("no such service")


def before_method_control(context: Any, **kwargs: Any) -> None:
    raise AssertionError("a control that failed to configure is not called")
