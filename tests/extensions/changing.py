"""Controls that change what is about to run."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from chaoslib.exceptions import InterruptExecution


class Enough(InterruptExecution):
    """An extension's own way to end a run."""


def before_activity_control(context: Any, what: str = "", word: str = "") -> None:
    if what == "bypass":
        context["dry"] = True
    if what == "say":
        context["provider"]["arguments"]["word"] = word
    if what == "break":
        context["provider"] = 5
    if what == "fail":
        raise ValueError("no idea")
    if what == "leave":
        raise SystemExit(3)
    if what == "interrupt":
        raise Enough("seen enough")


def after_activity_control(context: Any, experiment: Any, what: str = "") -> None:
    if what == "repeat" and "iteration_index" not in context:
        method = experiment["method"]
        names = [each["name"] for each in method]
        method.insert(names.index(context["name"]) + 1, {**deepcopy(context), "iteration_index": 1})
    if what == "interrupt after":
        raise Enough("seen enough")


def after_loading_experiment_control(context: str, state: Any) -> None:
    if state:
        state["title"] = f"{state['title']}, from {context}"
