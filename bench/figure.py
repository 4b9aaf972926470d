"""One measured figure: ours, its peers', and whether ours meets its target."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import ceil


class Unit(StrEnum):
    """What a sample counts."""

    SECONDS = "seconds"
    BYTES = "bytes"


class NotMeasured(Exception):
    """A measurement could not be made; one sentence that says which and why."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What each repetition took, at least one: seconds, or another unit of its figure."""

    seconds: Sequence[float]
    cpu: Sequence[float] = ()  #: seconds of the processor, where they were measured too

    def __len__(self) -> int:
        return len(self.seconds)

    @property
    def median(self) -> float:
        return self.quantile(0.5)

    @property
    def worst(self) -> float:
        return max(self.seconds)

    @property
    def cpu_median(self) -> float | None:
        return sorted(self.cpu)[(len(self.cpu) - 1) // 2] if self.cpu else None

    def per(self, count: int) -> Sample:
        """The share of one of so many in each repetition."""
        return Sample([each / count for each in self.seconds], [each / count for each in self.cpu])

    def quantile(self, share: float) -> float:
        """The smallest measured value that at least this share of the repetitions did not exceed."""
        return sorted(self.seconds)[ceil(share * len(self.seconds)) - 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What one line of the table says."""

    what: str
    ours: Sample
    peers: Mapping[str, Sample]
    target: float  #: in its unit
    unit: Unit = Unit.SECONDS
    share: float = 0.5  #: of the repetitions, which the target is for: 0.5 is the median

    @property
    def judged(self) -> str:
        """Which of our values is held against the target."""
        return f"p{self.share * 100:g}"

    @property
    def excess(self) -> float:
        """How much ours is above the target, as a share of it; negative below."""
        return self.ours.quantile(self.share) / self.target - 1

    @property
    def met(self) -> bool:
        return self.excess <= 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """A measurement that can be asked for by name; raises `NotMeasured`."""

    name: str
    how: str  #: one line: what is timed, against what
    measure: Callable[[], Sequence[Figure]] = field(repr=False)
