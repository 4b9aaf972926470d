"""The lines of a run, written beside its journal while it goes on: what a killed run leaves.

Each line is handed to the operating system at once, so it survives the death of the process. It
survives a power cut only up to the last start, undo or verdict: those are waited for until they are
on the disk.
"""

from __future__ import annotations

import fcntl
import logging
import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from experiments.clock import Clock
from experiments.engine.progress import Progress, Started, Undoing, Verdict
from experiments.journal.lines import as_line

#: Follows the journal's own name: both lie side by side in any listing.
LINES = ".lines"
#: Follows the name of lines that a killed run left, when the next run begins; one such run is kept.
BEFORE = ".before"

log = logging.getLogger("cowbane.journal")


class Busy(OSError):
    """Another run, still going on, writes the very same lines."""


class Lines:
    """Whoever watches a run and writes each event down as one line, in one write.

    `write` takes a whole line and hands it on at once; `sync` returns when it is on the disk. What
    cannot be written is one warning in the log, and never ends a run; the next line is tried again.
    """

    def __init__(
        self,
        clock: Clock,
        write: Callable[[bytes], object],
        sync: Callable[[], object] = lambda: None,
    ) -> None:
        self._clock = clock
        self._write = write
        self._sync = sync
        self._torn = b""  #: what must come before the next line
        self._warned = False

    def __call__(self, event: Progress) -> None:
        """Write it down."""
        line = self._torn + as_line(event, self._clock.now()).encode("ascii") + b"\n"
        try:
            written = self._write(line)
            if isinstance(event, Started | Undoing | Verdict):
                self._sync()
        except (OSError, ValueError) as wrong:  # ValueError: a stream that was closed
            self._torn = b"\n"
            self._warn(str(wrong))
            return
        whole = not isinstance(written, int) or written == len(line)
        self._torn = b"" if whole else b"\n"
        if not whole:
            self._warn("only a part of a line was taken; the disk may be full")

    def _warn(self, wrong: str) -> None:
        if not self._warned:
            self._warned = True
            log.warning("the run goes on, its journal is not written as it happens: %s", wrong)


def lines_beside(journal: Path) -> Path:
    """Where the lines of the run that writes this journal are: `journal.json.lines`."""
    return journal.with_name(journal.name + LINES)


@contextmanager
def appending(path: Path, clock: Clock) -> Generator[Lines, None, None]:
    """A new file of lines, ours alone while the block runs; `Busy` if it is another run's.

    Lines that a killed run left there are kept as `PATH.before`. An `OSError` comes from opening only.
    """
    file = _opened(path)
    try:
        yield Lines(clock, lambda line: os.write(file, line), lambda: os.fsync(file))
    finally:
        os.close(file)


def is_being_written(path: Path) -> bool:
    """Whether the run that writes these lines is still alive, on this machine."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # a file system without locks
        return False
    finally:
        os.close(file)
    return False


def _opened(path: Path) -> int:
    """Locked as long as it is open: the lock ends with the process, however that ends."""
    if is_being_written(path):
        raise Busy(f"{path} is being written by another run")
    if path.is_file() and path.stat().st_size:
        path.replace(path.with_name(path.name + BEFORE))
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o666)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as taken:
        os.close(file)
        raise Busy(f"{path} is being written by another run") from taken
    except OSError:  # a file system without locks
        log.debug("%s cannot be locked", path)
    os.ftruncate(file, 0)
    return file
