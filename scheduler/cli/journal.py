"""`cowbane journal`: what a run did, read from its file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from experiments.model import Json


class _Unreadable(click.ClickException):
    """One line; how the command was called is not what was wrong."""

    exit_code = 2


@click.group()
def journal() -> None:
    """A run's journal, for people: show."""


@journal.command("show")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def show(file: Path, output: str) -> None:
    """Print FILE: how the run ended and why, then what it did.

    FILE is a journal, ours or Chaos Toolkit's, or the lines that a run writes beside its journal
    (journal.json.lines) and that are left where it was killed. `-` reads standard input.

    Exits 0 when FILE could be read, however its run ended, 2 otherwise.
    """
    document = _document(file)
    if output == "json":
        from experiments.plain import written

        click.echo(written(document, 2))
        return
    from experiments.journal.page import page

    shown = page(document)
    click.secho(shown.headline, fg="green" if shown.ending.good else "red", bold=True)
    for line in shown.lines:
        click.echo(line)


def _document(file: Path) -> dict[str, Json]:
    """Of the lines beside it, where a killed run left no more than an empty file, or none."""
    from experiments.journal.appended import is_being_written, lines_beside
    from experiments.journal.fields import Unreadable
    from experiments.journal.reading import read_journal

    beside = lines_beside(file)
    if str(file) != "-" and beside.is_file():
        file = _newer(file, beside)
    try:
        return read_journal(_content(file), alive=is_being_written(file))
    except Unreadable as wrong:
        raise _Unreadable(f"{file}: {wrong}") from wrong
    except OSError as wrong:
        raise _Unreadable(f"{file} cannot be read: {wrong.strerror}") from wrong


def _newer(file: Path, beside: Path) -> Path:
    """The file that was asked for, unless there is nothing in it."""
    if not file.exists() or (file.is_file() and not file.stat().st_size):
        return beside
    click.echo(f"A later run left {beside}: it goes on, or was killed.", err=True)
    return file


def _content(file: Path) -> bytes:
    return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
