"""The journal of one run as files, from its first event to its final document."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from experiments.clock import Clock
from experiments.engine.progress import Progress
from experiments.journal.appended import Lines, appending, lines_beside
from experiments.journal.document import Journal
from experiments.journal.final import write_journal


@dataclass(frozen=True, slots=True)
class Kept:
    """Watches a run for `PATH.lines`, and ends with PATH."""

    path: Path
    lines: Lines

    def __call__(self, event: Progress) -> None:
        """Write the event down; never raises for a disk that takes nothing."""
        self.lines(event)

    def finish(self, journal: Journal) -> None:
        """The final document, durable; the lines, which say nothing more, go.

        Raises `OSError` where it cannot be written; then they stay.
        """
        write_journal(self.path, journal)
        if _is_file(self.path):
            lines_beside(self.path).unlink(missing_ok=True)


@contextmanager
def keeping(path: Path, clock: Clock) -> Generator[Kept, None, None]:
    """The files of one run; whatever ends it, one of the two says how far it came.

    Raises before the run: `Busy` where another run writes the same journal, else `OSError`. What is no
    file, e.g. `/dev/stdout`, gets the final document only.
    """
    if not _is_file(path):
        yield Kept(path, Lines(clock, lambda _line: None))
        return
    with appending(lines_beside(path), clock) as lines:
        yield Kept(path, lines)


def _is_file(path: Path) -> bool:
    return path.is_file() or not path.exists()
