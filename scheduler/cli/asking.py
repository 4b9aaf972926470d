"""Questions to a person at a terminal, with completion; a pipe may answer just as well."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import click

T = TypeVar("T")


class WrongAnswer(Exception):
    """Why an answer cannot be taken, in one sentence."""


def ask(question: str, read: Callable[[str], T], *, words: Sequence[str] = ()) -> T:
    """What `read` makes of the answer; while that raises `WrongAnswer`, the question is asked again.

    A terminal completes `words` on Tab. Ctrl-C and the end of a pipe end the command.
    """
    with _completing(words):
        while True:
            answer = input(f"{question}: ").strip()
            if not sys.stdin.isatty():
                click.echo(answer)
            try:
                return read(answer)
            except WrongAnswer as wrong:
                click.echo(f"  {wrong}")


def agreed(question: str) -> bool:
    """Whether the answer is yes; nothing said is no."""
    return ask(f"{question} [y/N]", lambda answer: answer.lower() in ("y", "yes"))


@contextmanager
def _completing(words: Sequence[str]) -> Iterator[None]:
    """Where a terminal has readline; elsewhere people type."""
    try:
        import readline
    except ImportError:
        yield
        return

    def complete(begun: str, nth: int) -> str | None:
        return ([word for word in words if word.startswith(begun)] + [None])[nth]

    before, delimiters = readline.get_completer(), readline.get_completer_delims()
    readline.set_completer(complete)
    readline.set_completer_delims(" ")
    bind = "bind ^I rl_complete" if "libedit" in (readline.__doc__ or "") else "tab: complete"
    readline.parse_and_bind(bind)
    try:
        yield
    finally:
        readline.set_completer(before)
        readline.set_completer_delims(delimiters)
