"""The only way a fault reaches the world, and back: permitted, recorded, applied, undone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from experiments.clock import Clock
from experiments.engine.stop import Stop
from experiments.faults.intent import Intent, NotPermitted, Target, UndoKind, Undone, UndoResult
from experiments.model import Json

T = TypeVar("T")


class IntentLog(Protocol):
    """Where intents survive the process that injects."""

    def record(self, intent: Intent) -> None:
        """Write it durably before the mutation; raise `NotPermitted` when the run is no longer ours."""
        ...

    def close(self, intent: Intent, undone: Undone) -> None:
        """Note how its undo ended; `FAILED` leaves it open."""
        ...


class Reverser(Protocol):
    """What knows how to look at and undo a fault on a real object."""

    def removed(self, intent: Intent) -> str:
        """Empty while the fault is in place, else who removed it and when, as far as known."""
        ...

    def undo(self, intent: Intent) -> Undone:
        """Restore only our own change, idempotently; never raises for an answer of the server."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RunIdentity:
    """Whose faults these are."""

    run: str
    epoch: int
    queue: str
    cluster: str
    expires: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Injection:
    """One fault that was (or, dry, would have been) injected."""

    intent: Intent
    at: datetime
    dry: bool


class Faults:
    """The only way a fault reaches the world: stop and permission checked, intent recorded, then applied.

    `permit` is asked right before every mutation and raises `NotPermitted` with the refusal; in a dry
    run everything happens but the record and the mutation.
    """

    def __init__(
        self,
        *,
        identity: RunIdentity,
        log: IntentLog,
        clock: Clock,
        stop: Stop,
        permit: Callable[[], None] = lambda: None,
        dry: bool = False,
    ) -> None:
        self._identity = identity
        self._log = log
        self._clock = clock
        self._stop = stop
        self._permit = permit
        self._dry = dry
        self._injections: list[Injection] = []
        self._closed: set[str] = set()

    @property
    def dry(self) -> bool:
        """Whether everything happens but the mutation."""
        return self._dry

    @property
    def run(self) -> str:
        """Whose faults these are."""
        return self._identity.run

    @property
    def injections(self) -> tuple[Injection, ...]:
        """Every fault so far, in the order of injection."""
        return tuple(self._injections)

    @property
    def standing(self) -> tuple[Intent, ...]:
        """What was really injected and not undone by ourselves yet: to read back, and to undo."""
        return tuple(
            each.intent for each in self._injections if not each.dry and each.intent.id not in self._closed
        )

    def at(self, step: str) -> StepFaults:
        """The faults of one step."""
        return StepFaults(self, step)

    def unhindered(self) -> Faults:
        """The same faults under no stop and no guard: for the undo, where rollbacks may change things."""
        return self._same(Stop(), lambda: None)

    def under(self, stop: Stop) -> Faults:
        """The same faults for a part of the run that may end earlier than the run."""
        return self._same(stop, self._permit)

    def permit(self) -> None:
        """Raise when the run must stop or may not inject now."""
        self._stop.check()
        self._permit()

    def intent(
        self,
        step: str,
        target: Target,
        undo: UndoKind,
        injected: Mapping[str, Json],
        before: Mapping[str, Json],
    ) -> Intent:
        """The intent of this run for one target."""
        return Intent(
            run=self._identity.run,
            step=step,
            epoch=self._identity.epoch,
            queue=self._identity.queue,
            cluster=self._identity.cluster,
            expires=self._identity.expires,
            undo=undo,
            target=target,
            injected=injected,
            before=before,
        )

    def inject(self, intent: Intent, mutation: Callable[[Intent], T]) -> T | None:
        """Record the intent durably, then mutate; None in a dry run."""
        self.permit()
        injection = Injection(intent=intent, at=self._clock.now(), dry=self._dry)
        if self._dry:
            self._injections.append(injection)
            return None
        with self._stop.shielded():
            self._log.record(intent)
            self._injections.append(injection)
            return mutation(intent)

    def undo(self, intent: Intent, reverser: Reverser) -> Undone:
        """Undo one fault of this run now, e.g. because the file says so; the rest stays in."""
        with self._stop.shielded():
            undone = reverser.undo(intent)
            self._log.close(intent, undone)
            if undone.result is not UndoResult.FAILED:
                self._closed.add(intent.id)
        return undone

    def refusing(self, reason: str) -> Faults:
        """The same faults, of which no more goes in: for what happens once they are undone."""

        def permit() -> None:
            raise NotPermitted(reason)

        return self._same(self._stop, permit)

    def _same(self, stop: Stop, permit: Callable[[], None]) -> Faults:
        same = Faults(
            identity=self._identity,
            log=self._log,
            clock=self._clock,
            stop=stop,
            permit=permit,
            dry=self._dry,
        )
        same._injections, same._closed = self._injections, self._closed
        return same

    def undo_all(self, reverser: Reverser) -> list[tuple[Intent, Undone]]:
        """Undo everything that still stands, last first; one failure never stops the others."""
        return [(intent, self.undo(intent, reverser)) for intent in reversed(self.standing)]


@dataclass(frozen=True, slots=True)
class StepFaults:
    """What a fault activity is given: the faults of its own step."""

    faults: Faults
    step: str

    def inject(
        self,
        target: Target,
        undo: UndoKind,
        mutation: Callable[[Intent], T],
        *,
        injected: Mapping[str, Json] | None = None,
        before: Mapping[str, Json] | None = None,
    ) -> T | None:
        """One fault on one target; returns what the mutation returned, None in a dry run."""
        intent = self.faults.intent(self.step, target, undo, injected or {}, before or {})
        return self.faults.inject(intent, mutation)
