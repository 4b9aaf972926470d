"""A control around the loading of a file, as its users write them to fill in what all files share."""

from __future__ import annotations

from typing import Any

from chaoslib.exceptions import InterruptExecution
from chaoslib.settings import get_loaded_settings

told: list[str] = []


def before_loading_experiment_control(context: str, what: str = "", **kwargs: Any) -> None:
    told.append(f"before {context}")
    if what == "fail":
        raise LookupError("no registry")
    if what == "interrupt":
        raise InterruptExecution("not today")


def after_loading_experiment_control(
    context: str, state: Any, configuration: Any, secrets: Any, settings: Any, what: str = ""
) -> None:
    told.append(f"after {context} {state and state['title']} {configuration} {secrets} {settings}")
    if what == "rewrite":
        state["title"] = get_loaded_settings()["title"]
