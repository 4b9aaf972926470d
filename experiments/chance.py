"""Chance that every replica agrees on: a keyed hash, never a generator with state (DESIGN D10).

The same seed and words give the same draw on every machine and in every process, so a preview is
what later runs, and a past draw can be verified. One candidate more or less changes only its own
place in a ranking.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")

#: Version of the draw algorithm; journals carry it as `draw`.
DRAW_VERSION = 1


@dataclass(frozen=True, slots=True)
class Draw:
    """A place to draw from: a secret seed and the words that say what is drawn."""

    seed: bytes
    scope: tuple[str, ...] = ()

    def within(self, *words: str) -> Draw:
        """The same seed, one scope deeper; different words never share a draw."""
        return Draw(self.seed, (*self.scope, *words))

    def uniform(self, *words: str) -> float:
        """A number in [0, 1) that depends on the seed, the scope and the words only."""
        return int.from_bytes(self._digest(words)[:8], "big") / 2**64

    def sample(self, candidates: Iterable[T], count: int, *, key: Callable[[T], str]) -> list[T]:
        """`count` candidates without replacement, ranked by the hash of their own key."""
        return sorted(candidates, key=lambda each: (self._digest((key(each),)), key(each)))[:count]

    def derive(self, *words: str) -> bytes:
        """A 32-byte seed for somebody else; it does not tell this one."""
        return self._digest(words)

    def _digest(self, words: tuple[str, ...]) -> bytes:
        hashed = blake2b(key=blake2b(self.seed, digest_size=32).digest(), digest_size=32)
        for word in (*self.scope, *words):
            encoded = word.encode()
            hashed.update(len(encoded).to_bytes(4, "big") + encoded)
        return hashed.digest()
