"""The small values of the repo's files, as types that validate themselves and say what they expected."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BeforeValidator

from experiments.format.problem import shown, suggestion

_NAMESPACE = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
_DURATION = re.compile(r"([1-9][0-9]*)([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 24 * 3600}
_HOURS = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-(?:([01][0-9]|2[0-3]):([0-5][0-9])|24:00)")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def duration(found: object) -> int:
    """Seconds of `30s 10m 4h 2d`."""
    match = _DURATION.fullmatch(found) if isinstance(found, str) else None
    if match is None:
        raise ValueError(f"expected a duration like 30s, 10m, 4h or 2d, found {shown(found)}")
    return int(match[1]) * _SECONDS[match[2]]


def timezone(found: object) -> str:
    """The name of an IANA time zone."""
    if not isinstance(found, str):
        raise ValueError(f"expected a time zone like Europe/Madrid, found {shown(found)}")
    try:
        return ZoneInfo(found).key
    except (ValueError, OSError, LookupError):
        near = suggestion(found, available_timezones())
        raise ValueError(f"expected a time zone like Europe/Madrid, found {shown(found)}{near}") from None


def namespace(found: object) -> str:
    """The name of one namespace; no pattern."""
    if isinstance(found, str) and _NAMESPACE.fullmatch(found):
        return found
    raise ValueError(f"expected the name of one namespace, found {shown(found)}; patterns are not read")


def weekdays(found: object) -> frozenset[int]:
    """Days of the week from `mon-fri`, `sat,sun` or a list of such."""
    words = found if isinstance(found, list) else [found]
    parts = [part.strip() for word in words if isinstance(word, str) for part in word.split(",")]
    if not parts or not all(isinstance(word, str) for word in words):
        raise ValueError(f"expected days like mon-fri or [sat, sun], found {shown(found)}")
    return frozenset(day for part in parts for day in _day_range(part))


def hours(found: object) -> tuple[timedelta, timedelta]:
    """Begin and end after midnight from `09:00-17:00`; an end before the begin is on the next day."""
    match = _HOURS.fullmatch(found) if isinstance(found, str) else None
    if match is None:
        raise ValueError(f'expected hours like "09:00-17:00", found {shown(found)}')
    begin = timedelta(hours=int(match[1]), minutes=int(match[2]))
    end = timedelta(hours=int(match[3] or 24), minutes=int(match[4] or 0))
    if begin == end:
        raise ValueError(f"expected hours that begin and end at different times, found {shown(found)}")
    return begin, end if end > begin else end + timedelta(days=1)


def date_range(found: object) -> tuple[date, date]:
    """First and last day from `2026-12-20` or `2026-12-20..2027-01-06`."""
    expected = "expected a date like 2026-12-20, or 2026-12-20..2027-01-06"
    first, _, last = found.partition("..") if isinstance(found, str) else ("", "", "")
    try:
        days = date.fromisoformat(first), date.fromisoformat(last or first)
    except ValueError:
        raise ValueError(f"{expected}, found {shown(found)}") from None
    if days[0] > days[1]:
        raise ValueError(f"{expected}, found {shown(found)}, which ends before it begins")
    return days


def _day_range(text: str) -> list[int]:
    first, _, last = text.lower().partition("-")
    if first not in _DAYS or (last or first) not in _DAYS:
        raise ValueError(f"expected days like mon-fri or [sat, sun], found {shown(text)}")
    begin, end = _DAYS.index(first), _DAYS.index(last or first)
    return [day % 7 for day in range(begin, (end if end >= begin else end + 7) + 1)]


Duration = Annotated[int, BeforeValidator(duration)]
TimeZone = Annotated[str, BeforeValidator(timezone)]
Namespace = Annotated[str, BeforeValidator(namespace)]
Weekdays = Annotated[frozenset[int], BeforeValidator(weekdays)]
Hours = Annotated[tuple[timedelta, timedelta], BeforeValidator(hours)]
DateRange = Annotated[tuple[date, date], BeforeValidator(date_range)]
