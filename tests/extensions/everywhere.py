"""A control that does one thing in the hook that its file names: it fails, or asks for the end."""

from __future__ import annotations

from asyncio import CancelledError
from typing import Any

from chaoslib.exceptions import InterruptExecution

told: list[str] = []


def _hook(name: str) -> Any:
    def hook(where: str = "", what: str = "", **kwargs: Any) -> None:
        told.append(name)
        if name != where:
            return
        if what == "interrupt":
            raise InterruptExecution("seen enough")
        raise CancelledError("the loop is gone")  # no Exception: what catches those does not catch it

    return hook


configure_control = _hook("configure_control")
before_experiment_control = _hook("before_experiment_control")
after_experiment_control = _hook("after_experiment_control")
before_hypothesis_control = _hook("before_hypothesis_control")
after_hypothesis_control = _hook("after_hypothesis_control")
before_method_control = _hook("before_method_control")
after_method_control = _hook("after_method_control")
before_activity_control = _hook("before_activity_control")
after_activity_control = _hook("after_activity_control")
before_rollback_control = _hook("before_rollback_control")
after_rollback_control = _hook("after_rollback_control")
