"""A calendar: the local days and hours that a name like `office` stands for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from experiments.model import Json

MIDNIGHT = timedelta()
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Days of the week, hours of the day and dates; what it names must all hold.

    An hour range over midnight belongs to the day on which it begins.
    """

    name: str
    days: frozenset[int] = frozenset(range(7))  #: 0 is Monday
    begins: timedelta = MIDNIGHT  #: after the day's midnight
    ends: timedelta = A_DAY  #: may lie on the next day
    dates: tuple[tuple[date, date], ...] = ()  #: first and last day, both included; none: every day

    def allows(self, wall: datetime) -> bool:
        """Whether the wall time lies inside."""
        return any(begin <= wall < end for begin, end in self.between(wall, wall))

    def between(self, first: datetime, last: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Its stretches of wall time that begin on a day of first..last, or on the day before."""
        for ahead in range(-1, (last.date() - first.date()).days + 1):
            day = first.date() + timedelta(days=ahead)
            if self._has(day):
                midnight = datetime.combine(day, time())
                yield midnight + self.begins, midnight + self.ends

    def to_data(self) -> dict[str, Json]:
        """As an order carries it."""
        return {
            "name": self.name,
            "days": [*sorted(self.days)],
            "begins": int(self.begins.total_seconds()),
            "ends": int(self.ends.total_seconds()),
            "dates": [[first.isoformat(), last.isoformat()] for first, last in self.dates],
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Json]) -> Calendar:
        """What `to_data` wrote; raises ValueError for anything else."""
        match data:
            case {
                "name": str(name),
                "days": list(days),
                "begins": int(begins),
                "ends": int(ends),
                "dates": list(dates),
            }:
                return cls(
                    name=name,
                    days=frozenset(day for day in days if isinstance(day, int)),
                    begins=timedelta(seconds=begins),
                    ends=timedelta(seconds=ends),
                    dates=tuple(_span(span) for span in dates),
                )
        raise ValueError(f"not a calendar: {data!r}")

    def _has(self, day: date) -> bool:
        in_dates = not self.dates or any(first <= day <= last for first, last in self.dates)
        return in_dates and day.weekday() in self.days


def _span(span: Json) -> tuple[date, date]:
    match span:
        case [str(first), str(last)]:
            return date.fromisoformat(first), date.fromisoformat(last)
    raise ValueError(f"not a span of dates: {span!r}")
