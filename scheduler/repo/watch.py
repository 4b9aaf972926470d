"""Notices that the repo's files changed, and loads them again as a whole.

Looking is a stat of every file, at most once a second; reading happens only when a stat changed, and
loading only when the content did. Works for a folder, a ConfigMap mount and a symlink that is flipped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import TypeAlias

from experiments.clock import Clock
from experiments.format.problem import Problem, Severity
from scheduler.repo.model import Repo

#: Seconds between two looks; an edit is in force within this plus beat's longest sleep.
LOOK_SECONDS = 1.0
_SUFFIXES = (".yaml", ".yml", ".json")

Load: TypeAlias = Callable[[Path], tuple[Repo | None, list[Problem]]]
_Stat: TypeAlias = tuple[str, int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """New content: the repo it makes, or the errors because of which it makes none."""

    revision: str  #: hash of the content, good or bad
    repo: Repo | None
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What keeps it from being loaded."""
        return tuple(each for each in self.problems if each.severity is Severity.ERROR)


@dataclass(slots=True, kw_only=True)
class RepoWatch:
    """Tells of each content once."""

    root: Path
    load: Load
    clock: Clock
    _looked: float = float("-inf")
    _stats: tuple[_Stat, ...] = field(default=())
    _content: str = ""

    def look(self) -> Change | None:
        """The change since the last look, None when there is none."""
        now = self.clock.monotonic()
        if now - self._looked < LOOK_SECONDS:
            return None
        self._looked = now
        stats = tuple(self._files())
        if stats == self._stats and self._content:
            return None
        self._stats = stats
        content = self._hash()
        if content == self._content:
            return None
        self._content = content
        repo, problems = self.load(self.root)
        return Change(revision=content, repo=repo, problems=tuple(problems))

    def _files(self) -> Iterator[_Stat]:
        for path in self._paths():
            try:
                stat = path.stat()
            except OSError:
                continue
            yield str(path), stat.st_mtime_ns, stat.st_size, stat.st_ino

    def _hash(self) -> str:
        hashed = blake2b(digest_size=16)
        for path in self._paths():
            try:
                content = path.read_bytes()
            except OSError as wrong:
                content = str(wrong).encode()
            hashed.update(f"{path.relative_to(self.root)}\0{len(content)}\0".encode() + content)
        return hashed.hexdigest()

    def _paths(self) -> list[Path]:
        found = (path for path in self.root.rglob("*") if path.suffix in _SUFFIXES)
        return sorted(path for path in found if not _hidden(path.relative_to(self.root)))


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)
