"""A control with a hook of each kind that is easily written wrong, and one that hands an output on."""

from __future__ import annotations

from typing import Any


async def before_method_control(context: Any, **kwargs: Any) -> None:
    raise AssertionError("never awaited")


def after_activity_control(context: Any, state: Any, configuration: Any) -> None:
    configuration["last"] = state["output"]
