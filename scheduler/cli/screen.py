"""A run as lines, for a pipe, a file, or a terminal that shows no more."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

import click

from experiments.engine.progress import Acted, Probed, Progress, Started, Undone, Verdict, Warned
from experiments.faults.intent import UndoResult
from experiments.narration import Narrator
from scheduler.cli.streams import give_up

if TYPE_CHECKING:
    from experiments.engine.stop import Stop

STOPPING = "stopping: nothing more is injected, what was changed is undone"


@dataclass(frozen=True, slots=True)
class Line:
    """What is told for good, in a colour of ANSI or none."""

    text: str
    colour: str = ""
    bold: bool = False


class Lines:
    """The lines of a run; `say` prints one, and each event is told in the thread it comes from."""

    def __init__(self, say: Callable[[Line], None], stop: Stop) -> None:
        self._say = say
        self._stop = stop
        self._narrate = Narrator()
        self._lock = threading.Lock()
        self.stopping = False  #: whether that was told

    def __call__(self, event: Progress) -> None:
        """Print what a person should read of it."""
        if not self.stopping and self._stop.requested:
            self.stopping = True
            self._say(Line(f"  {STOPPING}", "yellow"))
        with self._lock:
            text = self._narrate(event)
        if text:
            self._say(as_line(event, text))


def as_line(event: Progress, text: str) -> Line:
    """The line of an event: the title and the verdict stand out, the others are below the title."""
    if isinstance(event, Started):
        return Line(text, bold=True)
    if isinstance(event, Verdict):
        good = event.outcome == "passed" and not event.undo_failed
        return Line(text, "green" if good else "red", bold=True)
    return Line(f"  {text}", _colour(event))


def printed(line: Line) -> None:
    """Print it to the standard output; in colour only on a terminal."""
    _print(line, sys.stdout)


def printed_aside(line: Line) -> None:
    """Print it to standard error."""
    _print(line, sys.stderr)


def _print(line: Line, stream: TextIO) -> None:
    colour = False if os.environ.get("NO_COLOR") else None
    try:
        click.secho(line.text, file=stream, fg=line.colour or None, bold=line.bold or None, color=colour)
    except OSError:
        give_up(stream)


def _colour(event: Progress) -> str:
    match event:
        case Undone(_, UndoResult.FAILED, _):
            return "red"
        case Acted() if event.failure:
            return "red"
        case Probed(_, False, _) | Warned():
            return "yellow"
        case _:
            return ""
