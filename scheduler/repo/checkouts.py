"""The checkouts of a git source: one folder for each commit, and a link that is flipped in one step."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scheduler.repo.source import GitError

#: What nobody reads: content that is not whole yet, or not any more.
SCRATCH = ".scratch-"


class Busy(Exception):
    """Another process is at these checkouts."""


@dataclass(frozen=True, slots=True)
class Checkouts:
    """Below one folder; whoever reads through `link` sees one whole commit, or the one before."""

    folder: Path

    @property
    def link(self) -> Path:
        """The commit in use; nothing is there before the first."""
        return self.folder / "current"

    @property
    def commit(self) -> str:
        """Its name; empty before the first."""
        return self.link.readlink().name if self.link.exists() else ""

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """An empty folder for one process at a time, gone afterwards; raises `Busy`."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.folder / ".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Busy from None
            self._clear()
            scratch = Path(tempfile.mkdtemp(prefix=SCRATCH, dir=self.folder))
            try:
                yield scratch
            finally:
                shutil.rmtree(scratch, ignore_errors=True)

    def take(self, commit: str, content: Path) -> None:
        """Use `content` as that commit; the one before stays, for who reads it still, others go.

        Raises `GitError` for a link that leads out of it.
        """
        _refuse_links_out(content, commit)
        before, place = self.commit, self.folder / commit
        if not place.exists():
            content.rename(place)
        flipped = self.folder / ".flipped"
        flipped.unlink(missing_ok=True)
        flipped.symlink_to(commit)
        os.replace(flipped, self.link)
        for each in self.folder.glob("[!.]*"):
            if each.name not in (commit, before, self.link.name):
                each.rename(self.folder / f"{SCRATCH}{each.name}")
        self._clear()

    def _clear(self) -> None:
        """What is named like a commit is whole: it is renamed before it goes."""
        for each in self.folder.glob(f"{SCRATCH}*"):
            shutil.rmtree(each, ignore_errors=True)


def _refuse_links_out(content: Path, commit: str) -> None:
    inside = content.resolve()
    for folder, folders, files in os.walk(content):
        for each in (Path(folder, name) for name in (*folders, *files)):
            if each.is_symlink() and not _target(each).is_relative_to(inside):
                name = each.relative_to(content)
                raise GitError(f"{name} is a link out of the repo's folder; copy the file into it", commit)


def _target(link: Path) -> Path:
    try:
        return link.resolve()
    except (OSError, RuntimeError):  # a link to itself leads nowhere
        return Path("/")
