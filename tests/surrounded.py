"""What a provider needs around it, with everything allowed unless a test says otherwise."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from experiments.chance import Draw
from experiments.clock import FixedClock
from experiments.engine.stop import Stop
from experiments.faults.injection import Faults, RunIdentity
from experiments.faults.memory import MemoryIntents
from experiments.policy import Policy
from experiments.providers.surroundings import Step, Surroundings

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def surrounded(**changes: Any) -> Surroundings:
    """The surroundings of an activity."""
    given: dict[str, Any] = {
        "stop": Stop(),
        "clock": FixedClock(NOON),
        "policy": Policy.laptop(),
        "resolve": lambda module, func: None,
    }
    return Surroundings(**{**given, **changes})


def step_of(around: Surroundings, name: str = "method-0-x") -> Step:
    """The place of an activity in a run of its own."""
    identity = RunIdentity(run="run-1", epoch=1, queue="q", cluster="c", expires=NOON)
    faults = Faults(identity=identity, log=MemoryIntents(), clock=around.clock, stop=around.stop)
    return Step(name=name, faults=faults.at(name), draw=Draw(b"seed").within(name))
