"""An activity module as extensions of Chaos Toolkit are written: it imports that library everywhere."""

from __future__ import annotations

from typing import Any

from chaoslib import substitute
from chaoslib.discovery.discover import initialize_discovery_result
from chaoslib.exceptions import ActivityFailed, InterruptExecution
from chaoslib.settings import get_loaded_settings
from chaoslib.types import Configuration, Secrets

__all__ = ["Breaker", "greet", "refuse", "settings", "slow", "stop_it", "worse"]


class Throttled(ActivityFailed):
    """How its own service says no."""


class Over(InterruptExecution):
    """How its own service ends a run."""


class Breaker:
    """A function may be a method of a class."""

    @staticmethod
    def trip(word: str) -> str:
        return f"tripped {word}"


trip = Breaker.trip


def greet(word: str, configuration: Configuration | None = None, secrets: Secrets | None = None) -> str:
    return str(substitute(f"${{name}} {word}", configuration, secrets))


def settings() -> Any:
    return get_loaded_settings().get("greeting")


def refuse() -> None:
    raise Throttled("the quota is used up")


def worse() -> None:
    raise KeyError("quota")


def stop_it() -> None:
    raise Over("the region is down")


async def slow() -> None:
    return None


def discovered() -> Any:
    return initialize_discovery_result("extensions", "1", "tests")
