"""A control that notes where it is called, and does what its argument says."""

from __future__ import annotations

from typing import Any

from chaoslib.exceptions import InterruptExecution

from extensions.deeds import do


def configure_control(what: str = "", name: str = "", **kwargs: Any) -> None:
    if what == "bad":
        raise LookupError("no such service")
    if what == "end at once":
        raise InterruptExecution("the dependency is down")


def _note(place: str, what: str, name: str) -> None:
    if what == "note":
        do(f"{name or what} {place}")


def before_experiment_control(
    context: Any, configuration: Any = None, what: str = "", name: str = "", **kwargs: Any
) -> None:
    if what == "add":
        configuration["added"] = "by the control"
    _note("before experiment", what, name)


def after_experiment_control(context: Any, state: Any, what: str = "", name: str = "", **kwargs: Any) -> None:
    _note(f"after experiment {state['status']}", what, name)


def before_hypothesis_control(context: Any, what: str = "", name: str = "", **kwargs: Any) -> None:
    _note(f"before hypothesis {context['title']}", what, name)


def after_hypothesis_control(context: Any, state: Any, what: str = "", name: str = "", **kwargs: Any) -> None:
    _note(f"after hypothesis {state['steady_state_met']}", what, name)


def before_method_control(context: Any, what: str = "", name: str = "", **kwargs: Any) -> None:
    _note("before method", what, name)


def after_method_control(context: Any, state: Any, what: str = "", name: str = "", **kwargs: Any) -> None:
    _note(f"after method {len(state)}", what, name)


def before_rollback_control(context: Any, what: str = "", name: str = "", **kwargs: Any) -> None:
    _note("before rollback", what, name)


def after_rollback_control(context: Any, state: Any, what: str = "", name: str = "", **kwargs: Any) -> None:
    _note(f"after rollback {len(state)}", what, name)


def before_activity_control(context: Any, what: str = "", name: str = "", **kwargs: Any) -> None:
    if what == "change":
        context["provider"]["arguments"]["what"] = "changed"
    if what == "raise":
        raise ValueError("no idea")
    if what == "end":
        raise InterruptExecution("seen enough")
    _note(f"before activity {context['name']}", what, name)


def after_activity_control(context: Any, state: Any, what: str = "", name: str = "", **kwargs: Any) -> None:
    if what == "end after":
        raise InterruptExecution("seen enough")
    _note(f"after activity {state['status'] if state else None}", what, name)
