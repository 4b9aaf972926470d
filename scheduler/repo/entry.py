"""What a schedule may say in its file. A key that is not here is an error, never ignored."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, field_validator, model_validator

from scheduler.repo.model import Overlap
from scheduler.repo.settings import Count, Part
from scheduler.repo.values import Duration, TimeZone
from scheduler.when.cron import parse
from scheduler.when.times import CronTimes, MeanTimes, Period, RandomTimes, When


class RandomEntry(Part):
    """`{times, per, min_gap}` or `{mean}`."""

    times: Count | None = None
    per: Annotated[Period, Field(strict=False)] | None = None
    min_gap: Duration | None = None
    mean: Duration | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> RandomEntry:
        counted = self.times is not None and self.per is not None
        partly = {"times", "per", "min_gap"} & self.model_fields_set
        if (counted and self.mean is None) or (self.mean is not None and not partly):
            return self
        said = ", ".join(sorted(self.model_fields_set)) or "nothing"
        raise ValueError(f"expected `times` and `per` (and `min_gap`), or `mean` alone, found {said}")

    def times_of(self) -> RandomTimes | MeanTimes:
        """As the plan reads it."""
        if self.mean is not None:
            return MeanTimes(mean=self.mean)
        return RandomTimes(times=self.times or 1, per=self.per or Period.DAY, min_gap=self.min_gap or 0)


class WhenEntry(Part):
    """`{cron}` or `{random}`."""

    cron: str | None = None
    random: RandomEntry | None = None

    @field_validator("cron")
    @classmethod
    def _is_cron(cls, text: str | None) -> str | None:
        if text is not None:
            parse(text)
        return text

    @model_validator(mode="after")
    def _one_of_two(self) -> WhenEntry:
        if (self.cron is None) == (self.random is None):
            said = " and ".join(sorted(self.model_fields_set)) or "nothing"
            raise ValueError(f"expected either `cron` or `random`, found {said}")
        return self

    def times_of(self) -> When:
        """As the plan reads it."""
        return self.random.times_of() if self.random else CronTimes(expression=self.cron or "")


class ScheduleEntry(Part):
    """One schedule; what it leaves out comes from the repo's defaults."""

    experiment: str
    queue: str
    owner: str
    when: WhenEntry
    during: list[str] = []
    not_during: list[str] = []
    values: Annotated[dict[str, Any], Field(alias="with")] = {}
    timezone: TimeZone | None = None
    start_within: Duration | None = None
    overlap: Annotated[Overlap, Field(strict=False)] | None = None
    deadline: Duration | None = None
    armed: bool | None = None


#: What stands in for a required value that was wrong, so that the rest can still be checked.
STAND_INS: dict[str, Any] = {"experiment": "", "queue": "", "owner": "", "when": {"cron": "@daily"}}
