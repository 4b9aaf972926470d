"""The proof that a process still works: the time of its last acts, as the modification times of files.

Written by the process that acts, in its state folder, and read by `cowbane health`; a file costs some
microseconds and needs no port that somebody could reach.
"""

from __future__ import annotations

import logging
import os
from enum import StrEnum
from pathlib import Path

log = logging.getLogger("cowbane.pulse")


class Role(StrEnum):
    """Which process it is."""

    BEAT = "beat"
    WORKER = "worker"
    NOTIFIER = "notifier"


class Act(StrEnum):
    """What a process did."""

    POLLED = "polled"  #: asked the broker and was answered, or had nobody free to take a message
    LOOKED = "looked"  #: its reaper looked at the ledger
    MISSED = "missed"  #: its reaper wanted to look, and could not
    TICKED = "ticked"  #: passed once, whatever the ledger said
    SCHEDULED = "scheduled"  #: passed once with a repo in force and a ledger that answered
    WAITING = "waiting"  #: waited for Redis at its start
    LEAVING = "leaving"  #: was told to stop


class Pulse:
    """Notes the acts of this process; nothing that goes wrong with that ever harms it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._place = folder
        self._pid = 0
        self._failed = False

    def begin(self, role: Role) -> None:
        """From now on; what an earlier process left there is forgotten."""
        self._place, self._pid = self._folder / role, os.getpid()
        try:
            self._place.mkdir(mode=0o700, parents=True, exist_ok=True)
            for act in Act:
                (self._place / act).unlink(missing_ok=True)
        except OSError as wrong:
            self._say(wrong)

    def note(self, act: Act) -> None:
        """It was done now. A forked child notes nothing: its parent's health is not its own."""
        if self._pid != os.getpid():
            return
        try:
            (self._place / act).touch(mode=0o600)
        except OSError as wrong:
            self._say(wrong)

    def _say(self, wrong: OSError) -> None:
        if not self._failed:
            log.warning("`cowbane health` will find nothing in %s: %s", self._place, wrong.strerror)
        self._failed = True
