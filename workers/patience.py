"""Patience at a worker's start: what it needs and what is away is waited for, and said once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

log = logging.getLogger("cowbane.start")


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Asks until there is an answer."""

    away: type[Exception] | tuple[type[Exception], ...]  #: what it means that nobody answers
    meanwhile: str  #: what does not happen until somebody does
    seconds: float  #: between two questions
    pause: Callable[[float], object]

    def answer(self, ask: Callable[[], T]) -> T:
        """The answer; any other exception of the question is its caller's."""
        said = False
        while True:
            try:
                return ask()
            except self.away as silence:
                if not said:
                    log.warning("%s; %s until it does", silence, self.meanwhile)
                said = True
            self.pause(self.seconds)
