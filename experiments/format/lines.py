"""Where a character of a text stands, as an editor counts: a line ends with CR LF, LF or CR."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable

from experiments.format.problem import Position

_BREAK = re.compile(r"\r\n|\r|\n")


class Lines:
    """The lines of one text; YAML and Python know more ends of a line than a person sees."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0, *(each.end() for each in _BREAK.finditer(text))]

    def at(self, index: int) -> Position:
        """The place of the character with that index, or of the end."""
        line = bisect_right(self._starts, index)
        return Position(line=line, column=index - self._starts[line - 1] + 1)


class Rewritten(Lines):
    """A text of which some is written otherwise, and the places in the text as it was."""

    def __init__(self, original: str, pattern: re.Pattern[str], by: Callable[[re.Match[str]], str]) -> None:
        super().__init__(original)
        self._ends, self._originals = [0], [0]
        pieces: list[str] = []
        for found in pattern.finditer(original):
            same, other = original[self._originals[-1] : found.start()], by(found)
            pieces += (same, other)
            self._ends.append(self._ends[-1] + len(same) + len(other))
            self._originals.append(found.end())
        self.text = "".join((*pieces, original[self._originals[-1] :]))

    def at(self, index: int) -> Position:
        """The place that the character with that index has in the original."""
        last = bisect_right(self._ends, index) - 1
        return super().at(self._originals[last] + index - self._ends[last])


def split(text: str) -> list[str]:
    """The lines without their ends."""
    return _BREAK.split(text)
