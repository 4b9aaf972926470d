"""A program: one run that writes FOLDER/journal.json and is to be killed. `python killed_run.py WHAT FOLDER`.

Prints `begun` when it stands where it is to be killed.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from small_world import World, action, experiment, probe

from experiments.clock import SystemClock
from experiments.engine.progress import Pausing, Progress
from experiments.engine.run import run
from experiments.faults.injection import Faults, RunIdentity
from experiments.faults.intent import Intent, Undone
from experiments.faults.memory import MemoryIntents
from experiments.journal.intents import ToldIntents
from experiments.journal.kept import keeping
from experiments.model import Pauses

WHAT, FOLDER = sys.argv[1], Path(sys.argv[2])


class Hanging(World):
    """Has an action, and an undo, that never end."""

    def hang(self) -> None:
        print("begun", flush=True)
        threading.Event().wait()

    def undo(self, intent: Intent) -> Undone:
        if WHAT == "undo":
            self.hang()
        return super().undo(intent)


METHODS = {
    "action": (action("put_out", name="a"), action("hang")),
    "pause": (action("put_out", name="a"), action("say", word="x", pauses=Pauses(after=600))),
    "undo": (action("put_out", name="a"),),
    "end": (action("say", word="x"),),
}

clock, world = SystemClock(), Hanging()
with keeping(FOLDER / "journal.json", clock) as kept:

    def tell(event: Progress) -> None:
        kept(event)
        if isinstance(event, Pausing):
            print("begun", flush=True)

    faults = Faults(
        identity=RunIdentity(run="run-1", epoch=1, queue="q", cluster="c", expires=clock.now()),
        log=ToldIntents(MemoryIntents(), kept),
        clock=clock,
        stop=world.stop,
    )
    host = world.host(clock=clock, faults=faults, progress=tell)
    steady = (probe("is_on", name="b"),)
    rollbacks = (action("say", word="mended"),)
    kept.finish(run(experiment(*METHODS[WHAT], steady=steady, rollbacks=rollbacks), host))
