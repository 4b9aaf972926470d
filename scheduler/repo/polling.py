"""Polls a git source beside beat: each new commit is checked out and put in the place of the one before."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, Protocol

from experiments.engine.caught import Caught
from experiments.providers.sentence import from_exception
from scheduler.repo.checkouts import Busy, Checkouts
from scheduler.repo.source import GitError, GitSource

log = logging.getLogger("cowbane.git")


class Remote(Protocol):
    """A git server, as a poll needs it."""

    def fetch(self, known: Collection[str], scratch: Path) -> tuple[str, Path | None]:
        """The commit that the source names now, and its content below `scratch` unless it is known already;
        raises `GitError`."""
        ...


@dataclass(slots=True, kw_only=True)
class Polling:
    """Brings the newest commit; whatever goes wrong, the last good one stays and the log says so once."""

    source: GitSource
    remote: Remote
    checkouts: Checkouts
    pause: Callable[[float], object]
    _said: str = ""
    _refused: str = ""  #: a commit that is not fetched again

    def run(self) -> NoReturn:
        """Poll for ever."""
        while True:
            self.poll()
            self.pause(self.source.every)

    def poll(self) -> None:
        """One poll; it never raises."""
        with Caught() as caught:
            self._bring()
        match caught.error:
            case None:
                self._works()
            case Busy():
                log.debug("%s: another process polls it", self.source)
            case GitError() as wrong:
                self._say(str(wrong), wrong.commit)
            case wrong:
                self._say(from_exception(wrong), "")

    def _bring(self) -> None:
        with self.checkouts.scratch() as scratch:
            commit, content = self.remote.fetch((self.checkouts.commit, self._refused), scratch)
            if content is not None:
                self.checkouts.take(commit, content)
                log.info("%s: commit %s is checked out", self.source, commit)
            elif commit == self._refused:
                raise GitError(self._said, commit)

    def _works(self) -> None:
        if self._said:
            log.warning("%s: it works again", self.source)
        self._said, self._refused = "", ""

    def _say(self, wrong: str, commit: str) -> None:
        if wrong != self._said:
            kept = self.checkouts.commit[:12]
            stays = f"commit {kept} stays" if kept else "no repo is in force until it works"
            log.warning("%s: %s; %s", self.source, wrong, stays)
        self._said, self._refused = wrong, commit
