"""Handlers of a run's events, which a control registers as Chaos Toolkit's extensions do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from experiments.engine.caught import Caught
from experiments.providers.sentence import from_exception

#: What each method of a handler is given, in the order in which Chaos Toolkit gives it. A control registers
#: too late to be told `started`, there too; `interrupted` is told of every stop, `signal_exit` of none; the
#: cooldown that two methods are for is made by nobody.
EVENTS: Mapping[str, tuple[str, ...]] = {
    "running": ("experiment", "journal", "configuration", "secrets", "schedule", "settings"),
    "start_hypothesis_before": ("experiment",),
    "hypothesis_before_completed": ("experiment", "state", "journal"),
    "start_method": ("experiment",),
    "start_continuous_hypothesis": ("frequency",),
    "continuous_hypothesis_iteration": ("iteration_index", "state"),
    "start_activity": ("activity",),
    "activity_completed": ("activity", "run"),
    "method_completed": ("experiment", "state"),
    "continuous_hypothesis_completed": ("experiment", "journal", "exception"),
    "start_hypothesis_after": ("experiment",),
    "hypothesis_after_completed": ("experiment", "state", "journal"),
    "interrupted": ("experiment", "journal"),
    "start_rollbacks": ("experiment",),
    "rollbacks_completed": ("experiment", "journal"),
    "finish": ("journal",),
}


class Handlers:
    """The `event_registry` of `configure_control`: what registers is told by method, where it has one.

    The journal that they are given grows as the run goes on; what they change in it is not kept.
    """

    def __init__(self, warn: Callable[[str], None], frequency: float = 1.0) -> None:
        self._handlers: list[object] = []
        self._warn = warn
        self._frequency = frequency
        self._looks = 0  #: at the hypothesis while the method goes on
        self._states: dict[str, Any] = {"before": None, "after": None, "during": []}
        self.journal: dict[str, Any] = {
            "status": None,
            "deviated": False,
            "steady_states": self._states,
            "run": [],
            "rollbacks": [],
        }

    def register(self, handler: object) -> None:
        """Tell it everything from now on; each of its methods may be missing."""
        self._handlers.append(handler)

    def tell(self, event: str, **facts: object) -> None:
        """Call the method named after the event; one that raises is a warning."""
        if not self._handlers:
            return
        self._keep(event, facts.get("state"))
        told = {
            "journal": self.journal,
            "frequency": self._frequency,
            "iteration_index": self._looks,
            **facts,
        }
        for name in self._as_theirs(event):
            if name in EVENTS:
                self._told(name, [told.get(fact) for fact in EVENTS[name]])

    def _keep(self, event: str, state: object) -> None:
        match event:
            case "hypothesis_before_completed" | "hypothesis_after_completed":
                self._states[event.split("_")[1]] = state
            case "hypothesis_during_completed":
                self._looks += 1
                self._states["during"].append(state)
            case "method_completed":
                self.journal["run"] = state
            case "rollbacks_completed":
                self.journal["rollbacks"] = state
            case _:
                pass

    def _as_theirs(self, event: str) -> Iterator[str]:
        """Looks during the method have a beginning, a number each, and an end."""
        match event:
            case "start_hypothesis_during" if not self._looks:
                yield "start_continuous_hypothesis"
            case "hypothesis_during_completed":
                yield "continuous_hypothesis_iteration"
            case "method_completed" if self._looks:
                yield from (event, "continuous_hypothesis_completed")
            case _:
                yield event

    def _told(self, event: str, facts: list[object]) -> None:
        for handler in self._handlers:
            method = getattr(handler, event, None)
            if not callable(method):
                continue
            with Caught() as caught:
                method(*facts)
            if caught.error is not None:
                name = type(handler).__name__
                self._warn(f"event handler {name}, {event}: {from_exception(caught.error)}")
