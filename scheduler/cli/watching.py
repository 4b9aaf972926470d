"""Who is told how a run goes: a person, a file of events, the journal's lines."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from experiments.journal.appended import Lines as EventLines
from experiments.journal.lines import VERSION
from experiments.plain import written
from scheduler.cli.outlet import Outlet
from scheduler.cli.screen import Line, Lines, printed, printed_aside
from scheduler.cli.streams import give_up

if TYPE_CHECKING:
    from experiments.clock import Clock
    from experiments.engine.progress import Progress
    from experiments.engine.stop import Stop
    from experiments.model import Json

Tell = Callable[["Progress"], None]
Write = Callable[[bytes], object]

log = logging.getLogger("cowbane.run")


@dataclass(slots=True)
class Watching:
    """Tells everybody; whoever breaks, e.g. because a pipe was closed, keeps nobody else from being told."""

    tells: list[Tell]
    say: Callable[[Line], None]  #: a line for the person, if one reads along
    output: TextIO  #: where a program reads, if one does
    clock: Clock
    to_program: bool = False  #: nobody reads the standard output but a program
    writes: list[Write] = field(default_factory=list)  #: of events

    def __call__(self, event: Progress) -> None:
        """Never raises."""
        for tell in self.tells:
            try:
                tell(event)
            except Exception:
                log.debug("one who watches the run cannot be told", exc_info=True)

    def named(self, name: str, **fields: Json) -> None:
        """An event that is not of the engine, e.g. one of Chaos Toolkit's names."""
        known: Mapping[str, Json] = {"version": VERSION, "at": self.clock.now().isoformat(), "event": name}
        for write in self.writes:
            try:
                write(written({**known, **fields}).encode("ascii") + b"\n")
            except (OSError, ValueError):
                log.debug("an event cannot be written", exc_info=True)

    def print(self, text: str) -> None:
        """For the program; one that has gone away meanwhile is no reason to end otherwise."""
        try:
            self.output.write(f"{text}\n")
            self.output.flush()
        except (OSError, ValueError):
            give_up(self.output)


@contextmanager
def watching(
    kept: Tell, clock: Clock, stop: Stop, *, events_file: Path | None, output: str
) -> Iterator[Watching]:
    """Everybody who is to be told, the journal first; raises `click.UsageError` before anything runs."""
    to_output = str(events_file) == "-"
    if to_output and output == "json":
        raise click.UsageError("--output json and --events-file -: expected one of them, both print")
    with ExitStack() as stack:
        if to_output or output == "json":
            from scheduler.cli.capture import output_aside

            out = stack.enter_context(output_aside())
            aside = stack.enter_context(closing(Outlet(printed_aside)))
            watchers = Watching([kept], aside, out, clock, to_program=True)
        else:
            tell, say = stack.enter_context(_screen(clock, stop))
            watchers = Watching([kept, tell], say, sys.stdout, clock)
        if events_file is not None:
            write = _printing(watchers.output) if to_output else _appending(stack, events_file)
            _add(watchers, stack.enter_context(closing(Outlet(write))))
        yield watchers


def _add(watchers: Watching, write: Write) -> None:
    watchers.writes.append(write)
    watchers.tells.append(EventLines(watchers.clock, write))


@contextmanager
def _screen(clock: Clock, stop: Stop) -> Iterator[tuple[Tell, Callable[[Line], None]]]:
    if sys.stdout.isatty() and os.environ.get("TERM", "dumb") not in ("", "dumb", "unknown"):
        from scheduler.cli.live import live

        with live(clock, stop) as (tell, say):
            yield tell, say
        return
    with closing(Outlet(printed)) as say:
        yield Lines(say, stop), say


def _printing(output: TextIO) -> Write:
    def write(line: bytes) -> None:
        try:
            output.write(line.decode("ascii"))
            output.flush()
        except OSError:
            give_up(output)

    return write


def _appending(stack: ExitStack, path: Path) -> Write:
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o666)
    except OSError as wrong:
        raise click.UsageError(f"--events-file: {path} cannot be written: {wrong.strerror}") from wrong
    stack.callback(os.close, file)
    return lambda line: os.write(file, line)
