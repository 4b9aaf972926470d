"""What `cowbane.yaml` may say. A key that is not here is an error, never ignored (DESIGN D11)."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from scheduler.repo.model import Overlap
from scheduler.repo.values import DateRange, Duration, Hours, Namespace, TimeZone, Weekdays

Count = Annotated[int, Field(ge=1)]


class Part(BaseModel):
    """A mapping of the file: no unknown key, no guessing of types."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Defaults(Part):
    """What a schedule has when it says nothing."""

    timezone: TimeZone = "UTC"
    start_within: Duration = 600  #: long enough for a worker's restart, short enough to be the same fire
    overlap: Annotated[Overlap, Field(strict=False)] = Overlap.SKIP
    deadline: Duration = 1800


class QueueSettings(Part):
    """One pool of workers. Namespaces and owners are required; `ownership` says so in its own words."""

    namespaces: list[Namespace] = []
    owners: list[str] = []
    schedules: list[str] = ["*"]


class Limit(Part):
    """How much at once."""

    concurrent: Count


class LimitsSettings(Part):
    """For the whole cluster, and for each namespace."""

    cluster: Limit | None = None
    namespace: Limit | None = None


class Protected(Part):
    """Where nothing is ever injected."""

    namespaces: list[Namespace] = []


class CalendarSettings(Part):
    """What it names must all hold."""

    days: Weekdays = frozenset(range(7))
    between: Hours = (timedelta(), timedelta(days=1))
    dates: Annotated[list[DateRange], Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _names_something(self) -> CalendarSettings:
        if not self.model_fields_set:
            raise ValueError("expected days, between or dates, found nothing: it would mean every moment")
        return self


class Settings(Part):
    """The whole file. `notifications` are read by the notifier."""

    version: Literal[1]
    armed: bool = False
    defaults: Defaults = Defaults()
    queues: dict[str, QueueSettings] = {}
    limits: LimitsSettings = LimitsSettings()
    protected: Protected = Protected()
    calendars: dict[str, CalendarSettings] = {}
    notifications: list[Any] = []


#: What stands in for a required value that was wrong, so that the rest can still be checked.
STAND_INS: dict[str, Any] = {"version": 1, "concurrent": 1}
