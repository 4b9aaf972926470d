"""A storm: at random moments, and repeatably by its seed, somebody of a deployment dies or freezes.

What died is started again soon, what froze goes on after more than a lease; at most one is frozen at a time.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from random import Random

from e2e.system import Process, System

from experiments.clock import SystemClock

QUEUE = "shop"
BEATS, WORKERS = 2, 3
#: Seconds between two blows, until what died is back, and for which something is frozen.
CALM = (1.0, 4.0)
BACK = (1.0, 2.0)
FROZEN = 18.0


class Blow(StrEnum):
    """What can happen to somebody."""

    KILL_CHILD = "SIGKILL of a child that holds a run"
    KILL_WORKER = "SIGKILL of a worker and its children"
    KILL_PARENT = "SIGKILL of a worker without its children"
    KILL_LEADER = "SIGKILL of the leading beat"
    TERM_WORKER = "SIGTERM of a worker"
    FREEZE_CHILD = "SIGSTOP of a child that holds a run"
    FREEZE_WORKER = "SIGSTOP of a worker and its children"
    FREEZE_LEADER = "SIGSTOP of the leading beat"


OFTEN = 3 * (Blow.KILL_CHILD, Blow.FREEZE_CHILD)
LEADERS = frozenset({Blow.KILL_LEADER, Blow.FREEZE_LEADER})
FREEZES = frozenset({Blow.FREEZE_CHILD, Blow.FREEZE_WORKER, Blow.FREEZE_LEADER})


@dataclass(slots=True)
class Storm:
    """One deployment under a storm; `story` says what happened, for the message of a failure."""

    system: System
    kubeconfig: Path
    seed: int
    story: list[str] = field(default_factory=list)
    beats: list[Process] = field(default_factory=list)
    workers: list[Process] = field(default_factory=list)
    _frozen: list[Process] = field(default_factory=list)
    _later: list[tuple[float, Callable[[], None]]] = field(default_factory=list)
    _clock: SystemClock = field(default_factory=SystemClock)

    def __post_init__(self) -> None:
        for _ in range(BEATS):
            self._start_beat()
        for _ in range(WORKERS):
            self._start_worker()

    def rage(self, seconds: float) -> None:
        """Blow after blow for so long; then everything is thawed and started again."""
        chance, began, pause = Random(self.seed), self._clock.monotonic(), threading.Event().wait
        while (now := self._clock.monotonic() - began) < seconds:
            self._do_what_is_due()
            self.story.append(f"{now:5.1f} s: {self._blow(chance)}")
            calm = self._clock.monotonic() + chance.uniform(*CALM)
            while (left := calm - self._clock.monotonic()) > 0:
                pause(min(left, 0.1))
                self._do_what_is_due()
        self._do_what_is_due(everything=True)

    def end(self) -> None:
        """Nobody survives, also what a dead worker left behind."""
        for process in self.system.processes:
            with suppress(ProcessLookupError):
                os.killpg(process.popen.pid, signal.SIGKILL)
            process.popen.wait()

    def _blow(self, chance: Random) -> str:
        """The first of the blows, in random order, that finds a victim; children are struck most often."""
        order = chance.sample([*Blow, *OFTEN], len(Blow) + len(OFTEN))
        struck = (self._strike(blow, chance) for blow in order)
        return next((said for said in struck if said), "nobody is up")

    def _strike(self, blow: Blow, chance: Random) -> str:
        """What was done; nothing when nobody is there for it, or the last worker would be gone."""
        if blow in FREEZES and self._frozen:
            return ""
        if blow in (Blow.KILL_CHILD, Blow.FREEZE_CHILD):
            return self._strike_child(blow, chance)
        victims = self._leaders() if blow in LEADERS else self._up(self.workers)
        if len(victims) < (1 if blow in LEADERS else 2):
            return ""
        victim = chance.choice(victims)
        self._strike_process(blow, victim)
        if blow not in FREEZES:
            self._replace(victim, chance)
        return f"{blow.value}: {victim.log.stem}"

    def _strike_process(self, blow: Blow, victim: Process) -> None:
        match blow:
            case Blow.KILL_PARENT:
                victim.popen.kill()
            case Blow.TERM_WORKER:
                victim.popen.terminate()
            case Blow.FREEZE_WORKER | Blow.FREEZE_LEADER:
                self._freeze(victim, lambda number: os.killpg(victim.popen.pid, number))
            case _:
                victim.kill_all()

    def _strike_child(self, blow: Blow, chance: Random) -> str:
        owners = {pid: worker for worker in self._up(self.workers) for pid in worker.children}
        held = [each for each in self.system.ledger.held(QUEUE) if each.pid in owners]
        if not held:
            return ""
        one = chance.choice(held)
        if blow is Blow.KILL_CHILD:
            _signal(one.pid, signal.SIGKILL)
        else:
            self._freeze(owners[one.pid], lambda number: _signal(one.pid, number))
        return f"{blow.value}: {one.pid} of {owners[one.pid].log.stem}, {one.run_id}"

    def _freeze(self, process: Process, send: Callable[[signal.Signals], None]) -> None:
        """Its parent is struck by nothing else meanwhile."""

        def thaw() -> None:
            send(signal.SIGCONT)
            self._frozen.remove(process)

        self._frozen.append(process)
        send(signal.SIGSTOP)
        self._later.append((self._clock.monotonic() + FROZEN, thaw))

    def _replace(self, victim: Process, chance: Random) -> None:
        is_beat = victim in self.beats
        (self.beats if is_beat else self.workers).remove(victim)
        again = self._start_beat if is_beat else self._start_worker
        self._later.append((self._clock.monotonic() + chance.uniform(*BACK), again))

    def _do_what_is_due(self, everything: bool = False) -> None:
        now = self._clock.monotonic()
        due = [each for each in self._later if everything or each[0] <= now]
        for each in due:
            self._later.remove(each)
            each[1]()

    def _up(self, processes: list[Process]) -> list[Process]:
        return [each for each in processes if each not in self._frozen and each.popen.poll() is None]

    def _leaders(self) -> list[Process]:
        """Whoever said last that it leads; after a freeze, for a moment, two."""
        return [each for each in self._up(self.beats) if _leads(each)]

    def _start_beat(self) -> None:
        self.beats.append(self.system.beat())

    def _start_worker(self) -> None:
        self.workers.append(self.system.worker(QUEUE, self.kubeconfig))


def _leads(beat: Process) -> bool:
    said = beat.log.read_text()
    return said.rfind("leads, fence") > said.rfind("stands by")


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)
