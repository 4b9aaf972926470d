"""A journal read again: the document that a run ended with, ours or Chaos Toolkit's, or a run's lines."""

from __future__ import annotations

import json
from collections.abc import Iterator

from experiments.journal.fields import Unreadable
from experiments.journal.lines import Line, from_line
from experiments.journal.retold import document
from experiments.journal.story import told
from experiments.model import Json
from experiments.plain import plain

#: What every journal has, from the first version of Chaos Toolkit on, also one that was cut short.
_KEYS = ("experiment", "steady_states", "run")


def read_journal(content: bytes, *, alive: bool = False) -> dict[str, Json]:
    """The document, or the one that can be told from a run's lines; raises `Unreadable` for anything else.

    `alive`: the run that writes these lines still goes on.
    """
    text = content.decode("utf-8-sig", errors="replace")
    if not text.strip():
        raise Unreadable("empty: its run has not ended, or was killed before it could write it")
    if _is_line(text):
        return read_lines(text, alive=alive)
    known = plain(_parsed(text))
    if not isinstance(known, dict) or not any(key in known for key in _KEYS):
        raise Unreadable("expected a journal or the lines of a run, found other JSON")
    return known


def read_lines(text: str, *, alive: bool = False) -> dict[str, Json]:
    """The document of a run as far as its lines tell it; a last line that was torn is no matter."""
    unread: list[int] = []
    story = told(_lines(text, unread))
    if story is None:
        raise Unreadable("no run begins in these lines")
    if unread:
        numbers = ", ".join(map(str, unread[:3])) + (" ..." if len(unread) > 3 else "")
        story.warnings.append(f"{len(unread)} lines could not be read: {numbers}")
    return document(story, alive=alive)


def _is_line(text: str) -> bool:
    """A whole document in one line has no `event`."""
    first = text.lstrip().partition("\n")[0]
    try:
        known = json.loads(first)
    except (ValueError, RecursionError):
        return first.startswith('{"version":') and "event" in first
    return isinstance(known, dict) and "event" in known and "version" in known


def _lines(text: str, unread: list[int]) -> Iterator[Line]:
    lines = text.split("\n")
    for number, line in enumerate(lines, start=1):
        try:
            if line.strip():
                yield from_line(line)
        except Unreadable:
            if number < len(lines):  # the last one has no end: the process died while it was written
                unread.append(number)


def _parsed(text: str) -> Json:
    try:
        known: Json = json.loads(text)
    except RecursionError as deep:
        raise Unreadable("expected a journal, found JSON nested too deep") from deep
    except ValueError as wrong:
        raise Unreadable(f"expected a journal or the lines of a run, found no JSON: {wrong}") from wrong
    return known
