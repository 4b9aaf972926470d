"""A world small enough for a dictionary, its faults, and a host to run experiments on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from experiments.chance import Draw
from experiments.clock import FixedClock
from experiments.engine.host import Host
from experiments.engine.progress import Progress
from experiments.engine.stop import Stop
from experiments.failures import ActivityFailed, SteadyStateNotMet
from experiments.faults.injection import Faults, RunIdentity, StepFaults
from experiments.faults.intent import Intent, NotPermitted, Target, UndoKind, Undone, UndoResult
from experiments.faults.memory import MemoryIntents
from experiments.model import Activity, ActivityKind, Experiment, Hypothesis, Json, Pauses, PythonProvider
from experiments.policy import Policy

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@dataclass
class World:
    """Named lights that are on; a fault puts one out, its undo puts it on again."""

    lights: dict[str, bool] = field(default_factory=lambda: {"a": True, "b": True})
    told: list[str] = field(default_factory=list)  #: what happened, in its order
    undo_fails: int = 0  #: so many undos fail before one succeeds
    refuses: str = ""  #: the guard's sentence
    stop: Stop = field(default_factory=Stop)

    def removed(self, intent: Intent) -> str:
        return "removed by kubectl at 12:01" if self.lights[intent.target.name] else ""

    def undo(self, intent: Intent) -> Undone:
        self.told.append(f"undo {intent.target.name}")
        if self.undo_fails:
            self.undo_fails -= 1
            return Undone(result=UndoResult.FAILED, detail=f"{intent.target.name} does not answer")
        self.lights[intent.target.name] = True
        return Undone(result=UndoResult.UNDONE)

    def permit(self) -> None:
        if self.refuses:
            raise NotPermitted(self.refuses)

    def put_out(self, name: str, *, faults: StepFaults) -> str:
        target = Target(api_version="v1", resource="lights", namespace="", name=name, uid=f"uid-{name}")

        def mutation(_intent: Intent) -> None:
            self.told.append(f"out {name}")
            self.lights[name] = False

        faults.inject(target, UndoKind.VIRTUAL_SERVICE_FAULT, mutation)
        return name

    def is_on(self, name: str) -> bool:
        self.told.append(f"look {name}")
        return self.lights[name]

    def must_be_on(self, name: str) -> bool:
        if not self.lights[name]:
            raise SteadyStateNotMet(f"light {name} is out")
        return True

    def switch(self, name: str, on: bool) -> None:
        """Not through `Faults`: what nobody undoes."""
        self.lights[name] = on

    def say(self, word: str) -> str:
        self.told.append(word)
        return word

    def fail(self, word: str = "the API server says 403") -> None:
        raise ActivityFailed(word)

    def stop_now(self) -> None:
        self.stop.request("halted by ops")

    def removed_by_hand(self, name: str) -> None:
        self.lights[name] = True

    def refuse_from_now_on(self) -> None:
        self.refuses = "the window closed"

    def resolve(self, module: str, func: str) -> Callable[..., Any] | None:
        found: Callable[..., Any] | None = getattr(self, func, None) if module == "cowbane.world" else None
        return found

    def host(self, **more: Any) -> Host:
        """A host whose time stands still and whose waits between undos do not wait."""
        clock, dry = FixedClock(NOON), bool(more.get("dry"))
        identity = RunIdentity(run="run-1", epoch=1, queue="q", cluster="c", expires=NOON)
        settings: dict[str, Any] = {
            "clock": clock,
            "stop": self.stop,
            "draw": Draw(b"seed"),
            "faults": Faults(
                identity=identity,
                log=MemoryIntents(),
                clock=clock,
                stop=self.stop,
                permit=self.permit,
                dry=dry,
            ),
            "reverser": self,
            "resolve": self.resolve,
            "policy": Policy.laptop(),
            "sleep": lambda seconds: self.told.append(f"wait {seconds:g}"),
            "run_id": "run-1",
        }
        return Host(**{**settings, **more})


def probe(func: str, tolerance: Json = True, **arguments: Json) -> Activity:
    """A probe of the world, called like its function."""
    return _activity(ActivityKind.PROBE, func, arguments, tolerance=tolerance)


def action(
    func: str, *, background: bool = False, pauses: Pauses | None = None, **arguments: Json
) -> Activity:
    """An action of the world, called like its function."""
    return _activity(ActivityKind.ACTION, func, arguments, background=background, pauses=pauses or Pauses())


def experiment(
    *method: Activity, steady: tuple[Activity, ...] = (), rollbacks: tuple[Activity, ...] = (), **more: Any
) -> Experiment:
    """An experiment with this method."""
    hypothesis = Hypothesis(title="the lights are on", probes=steady) if steady else None
    return Experiment(
        title="lights", description="", hypothesis=hypothesis, method=method, rollbacks=rollbacks, **more
    )


def _activity(kind: ActivityKind, func: str, arguments: Mapping[str, Json], **more: Any) -> Activity:
    provider = PythonProvider(module="cowbane.world", func=func, arguments=arguments)
    return Activity(kind=kind, name=func, provider=provider, **more)


@dataclass
class Watcher:
    """Keeps what a run tells."""

    events: list[Progress] = field(default_factory=list)

    def __call__(self, event: Progress) -> None:
        self.events.append(event)
