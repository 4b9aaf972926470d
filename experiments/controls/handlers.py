"""Handlers of a run's events, which a control registers as Chaos Toolkit's extensions do."""

from __future__ import annotations

import inspect
from collections.abc import Callable

from experiments.engine.caught import Caught
from experiments.providers.sentence import from_exception


class Handlers:
    """The `event_registry` of `configure_control`: what registers is told by method, where it has one."""

    def __init__(self, warn: Callable[[str], None]) -> None:
        self._handlers: list[object] = []
        self._warn = warn

    def register(self, handler: object) -> None:
        """Tell it everything from now on; each of its methods may be missing."""
        self._handlers.append(handler)

    def tell(self, event: str, **facts: object) -> None:
        """Call the method named after the event with the facts it takes; one that raises is a warning."""
        for handler in self._handlers:
            method = getattr(handler, event, None)
            if not callable(method):
                continue
            with Caught() as caught:
                known = inspect.signature(method).parameters
                method(**{name: fact for name, fact in facts.items() if name in known})
            if caught.error is not None:
                name = type(handler).__name__
                self._warn(f"event handler {name}, {event}: {from_exception(caught.error)}")
