"""Notices that the repo's content changed, and loads it again as a whole.

It looks at exactly the files that the loader reads, links followed: a folder, a ConfigMap mount, and a
link that is flipped, at its root or inside.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from experiments.clock import Clock
from experiments.format.problem import Problem, Severity
from scheduler.repo.files import find_files, revision_of
from scheduler.repo.model import Repo

#: Seconds between two looks; an edit is in force within this plus beat's longest sleep.
LOOK_SECONDS = 1.0

Load: TypeAlias = Callable[[Path], tuple[Repo | None, list[Problem]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """New content: the repo it makes, or the errors because of which it makes none."""

    revision: str  #: of the content, good or bad
    repo: Repo | None
    problems: tuple[Problem, ...]
    commit: str = ""  #: of git, where it comes from there

    def __str__(self) -> str:
        commit = f" (git {self.commit[:12]})" if self.commit else ""
        return f"revision {self.revision[:12]}{commit}"

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
    git: bool = False  #: the root is the link of `Checkouts`: its folder is called by the commit
    _looked: float = float("-inf")
    _revision: str = ""

    def look(self) -> Change | None:
        """The change since the last look, None when there is none, or while files come and go."""
        now = self.clock.monotonic()
        if now - self._looked < LOOK_SECONDS:
            return None
        self._looked = now
        place = self.root.resolve()  # one content, also when a link is flipped meanwhile
        if self.git and not place.is_dir():
            return None  # whoever polls says why there is no commit yet
        try:
            revision = revision_of(find_files(place)[0])
        except OSError:  # a folder that was there a moment ago
            return None
        if revision == self._revision:
            return None
        self._revision = revision
        repo, problems = self.load(place)
        commit = place.name if self.git else ""
        return Change(revision=revision, repo=repo, problems=tuple(problems), commit=commit)
