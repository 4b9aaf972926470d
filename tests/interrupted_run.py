"""A program: one run that a signal is to interrupt. `python interrupted_run.py WHAT [ARGUMENT]`.

Prints `begun` when the activity has begun, and the journal at the end.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from contextlib import suppress

from small_world import World, action, experiment

from experiments.clock import SystemClock
from experiments.engine.interrupter import interrupting
from experiments.engine.progress import Pausing, Progress
from experiments.engine.run import run
from experiments.faults.intent import Intent, Undone
from experiments.model import Activity, ActivityKind, HttpProvider, Pauses, ProcessProvider

WHAT, ARGUMENT = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""


class Stubborn(World):
    """Has an activity that swallows what it can; another thread may request the stop meanwhile."""

    def swallow(self) -> None:
        print("begun", flush=True)
        if WHAT == "halt":
            threading.Timer(0.3, self.stop.request, ["halted by ann"]).start()
        while True:
            with suppress(Exception):
                time.sleep(60)


class Slow(World):
    """Undoes only when it is told to go on."""

    def undo(self, intent: Intent) -> Undone:
        print("undoing", flush=True)
        sys.stdin.readline()
        return super().undo(intent)


def tell(event: Progress) -> None:
    if isinstance(event, Pausing):
        print("begun", flush=True)


ACTIVITIES = {
    "undo": action("say", word="x", pauses=Pauses(after=60)),
    "pause": action("say", word="x", pauses=Pauses(after=60)),
    "python": action("swallow"),
    "halt": action("swallow"),
    "http": Activity(
        kind=ActivityKind.ACTION, name="hang", provider=HttpProvider(url=f"{ARGUMENT}/hang", timeout=60)
    ),
    "process": Activity(
        kind=ActivityKind.ACTION,
        name="sleep",
        provider=ProcessProvider(path="sh", arguments=["-c", f"sleep 60 & echo $! > {ARGUMENT}; wait"]),
    ),
}

world = Slow() if WHAT == "undo" else Stubborn()
host = world.host(progress=tell, clock=SystemClock(), environment=dict(os.environ))
with interrupting(world.stop, "told to stop"):
    journal = run(experiment(action("put_out", name="a"), ACTIVITIES[WHAT]), host)
print(f"lights {world.lights['a']}")
print(journal.as_json())
