"""The three ways to say when: at cron times, so many times per period, or with a mean time between."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


class Period(StrEnum):
    """What random times are counted per; local to the schedule's time zone."""

    DAY = "day"
    HOUR = "hour"


@dataclass(frozen=True, slots=True, kw_only=True)
class CronTimes:
    """Fires at these wall times; five fields, or six with seconds last."""

    expression: str

    def __str__(self) -> str:
        return f"cron {self.expression}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RandomTimes:
    """Fires `times` per period, at least `min_gap` seconds apart."""

    times: int
    per: Period
    min_gap: int = 0

    def __str__(self) -> str:
        return f"{self.times} per {self.per}"


_UNITS = ((3600, "h"), (60, "min"), (1, "s"))


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanTimes:
    """Fires at times nobody can predict, on average once in `mean` seconds; see `scheduler.when.mean`."""

    mean: int

    def __str__(self) -> str:
        a_day = 24 * 3600
        if self.mean < a_day:
            size, unit = next(each for each in _UNITS if self.mean % each[0] == 0)
            return f"about every {self.mean // size} {unit} of allowed time"
        return f"about {a_day / self.mean:.3g} per day"


When: TypeAlias = CronTimes | RandomTimes | MeanTimes
