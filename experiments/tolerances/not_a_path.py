"""A text that is no JSON path of the dialect it is read in."""

from __future__ import annotations


class NotAPath(ValueError):
    """Says why, and where in the text: `column` counts from 1, 0 where no place is known."""

    def __init__(self, reason: str, column: int = 0) -> None:
        super().__init__(f"column {column}: {reason}" if column else reason)
        self.reason = reason
        self.column = column
