"""The terminal for us alone: what anybody else writes there arrives as lines."""

from __future__ import annotations

import os
import select
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from typing import TextIO

#: Seconds that the last output gets to arrive.
LAST_SECONDS = 0.3
#: Seconds, and bytes, after which a line is said that is not yet ended, e.g. a question.
PATIENCE_SECONDS, LONGEST_LINE = 0.2, 64 * 1024
_CHUNK = 64 * 1024
_STREAMS = (1, 2)


class Terminal:
    """The terminal as a file of our own; by descriptor, so that the programs of activities are the others."""

    def __init__(self) -> None:
        _flush()
        self._kept = {number: os.dup(number) for number in _STREAMS if os.isatty(number)}
        self.file: TextIO = os.fdopen(
            os.dup(self._kept[1]), "w", encoding=sys.stdout.encoding, errors="replace"
        )

    @contextmanager
    def others(self, say: Callable[[str], None]) -> Iterator[None]:
        """Say each line that others write to it in the block; who writes on afterwards is still heard."""
        read, write = os.pipe()
        for number in self._kept:
            os.dup2(write, number)
        os.close(write)
        thread = threading.Thread(target=_pump, args=(read, say), name="terminal", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._give_back()
            thread.join(LAST_SECONDS)

    def _give_back(self) -> None:
        _flush()
        for number, before in self._kept.items():
            os.dup2(before, number)
            os.close(before)


@contextmanager
def output_aside() -> Iterator[TextIO]:
    """The standard output for us alone: what others write there goes to standard error."""
    ours = sys.stdout
    _flush()
    if not _is_real(ours):
        yield ours
        return
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        with os.fdopen(os.dup(kept), "w", encoding=ours.encoding, errors="replace") as output:
            yield output
    finally:
        _flush()
        os.dup2(kept, 1)
        os.close(kept)


def _is_real(stream: TextIO) -> bool:
    with suppress(OSError, ValueError):
        return stream.fileno() == 1
    return False


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()


def _pump(read: int, say: Callable[[str], None]) -> None:
    """To the end, which comes when the last one that could write is gone; a broken terminal ends it."""
    with suppress(OSError, ValueError), os.fdopen(read, "rb", buffering=0) as stream:
        for line in _lines(stream):
            say(_last_written(line.decode("utf-8", "replace")))


def _lines(stream: FileIO) -> Iterator[bytes]:
    """Each as it comes; one that nobody ends in time, or that grows too long, as it is by then."""
    rest = b""
    while True:
        if rest and (len(rest) > LONGEST_LINE or not select.select([stream], [], [], PATIENCE_SECONDS)[0]):
            yield rest
            rest = b""
        data = stream.read(_CHUNK)
        if not data:
            break
        *lines, rest = (rest + data).split(b"\n")
        yield from lines
    if rest:
        yield rest


def _last_written(line: str) -> str:
    """What a terminal shows of a line that was written over and over, e.g. a percentage."""
    return line.rstrip("\r").rpartition("\r")[2]
