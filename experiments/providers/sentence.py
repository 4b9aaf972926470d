"""Whatever somebody else's code has to say, as one line of a sentence."""

from __future__ import annotations

from experiments.engine.caught import Caught


def one_line(words: object, limit: int = 500) -> str:
    """The words on one line, cut at the limit: servers answer with pages. What cannot be said is nothing."""
    said = ""
    with Caught():
        said = str(words)
    line = " ".join(said.split())
    return line if len(line) <= limit else f"{line[: limit - 3]}..."


def from_exception(error: BaseException) -> str:
    """What an exception says, with its kind where that is all it says or the text needs it."""
    said = one_line(error)
    return f"{type(error).__name__}: {said}" if said else type(error).__name__
