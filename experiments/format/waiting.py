"""Every time that a file says: durations, pauses, time-outs, and how long to ask until something holds."""

from __future__ import annotations

import math
import re
import threading

from experiments.format.expansion import Place
from experiments.format.findings import Findings, found, is_number
from experiments.format.substitution import is_reference
from experiments.model import Json, Pauses, Until

#: Seconds; what an operating system can wait for.
LONGEST = threading.TIMEOUT_MAX
DURATION = "seconds or a duration like 500ms, 30s, 10m, 4h or 2d"
_DURATION = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,6})?)(ms|s|m|h|d)", re.ASCII)
_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 24 * 3600}


def seconds(value: Json) -> float | None:
    """Seconds of a number or of text like `30s`; None for anything else, also when it is too long."""
    if isinstance(value, str):
        match = _DURATION.fullmatch(value)
        number = float(match[1]) * _SECONDS[match[2]] if match else math.nan
    else:
        number = _number(value)
    return number if 0 <= number <= LONGEST else None


def read_duration(
    findings: Findings, owner: dict[str, Json], key: str, place: Place, *, least: float = 0.001
) -> float | None:
    """The seconds under a key; None where there is none, or its problem is in `findings`."""
    value = owner.get(key)
    if value is None:
        return None
    duration = seconds(value)
    if duration is None or duration < least:
        more = "" if duration is None else ", more than 0"
        findings.expected(f"{key} as {DURATION}{more}", value, (*place, key))
        return None
    return duration


def read_until(
    findings: Findings, value: Json, place: Place, what: str, *, least: float = 0.001
) -> Until | None:
    """`{timeout, every}`, of which `every` is a second where the file does not say."""
    if not isinstance(value, dict):
        findings.expected(f"{what} {{timeout, every}}", value, place)
        return None
    findings.keys(value, place, ("timeout", "every"))
    if value.get("timeout") is None:
        findings.error("how long to ask is missing; add 'timeout'", place)
    timeout = read_duration(findings, value, "timeout", place, least=least)
    every = read_duration(findings, value, "every", place)
    return None if timeout is None else Until(timeout=timeout, every=every or 1.0)


def read_pauses(findings: Findings, data: dict[str, Json], place: Place) -> Pauses:
    """Seconds before and after, numbers or text that is substituted when the activity runs."""
    value = data.get("pauses")
    pauses = None if value is None else findings.mapping(value, (*place, "pauses"), "pauses")
    if pauses is None:
        return Pauses()
    findings.keys(pauses, (*place, "pauses"), ("before", "after"))
    for key in ("before", "after"):
        pause = pauses.get(key)
        if not (pause is None or _is_late(pause) or 0 <= _number(pause) <= LONGEST):
            findings.expected(f"{key} in seconds, or ${{name}}", pause, (*place, "pauses", key))
    return Pauses(before=pauses.get("before"), after=pauses.get("after"))


def read_timeout(findings: Findings, data: dict[str, Json], place: Place) -> Json:
    """Seconds after which an activity is ended, or the `${name}` of them; None for no limit.

    Chaos Toolkit takes any number and applies none: one that leaves no time is a warning.
    """
    value = data.get("timeout")
    if value is None or is_reference(value) or 0 < _number(value) <= LONGEST:
        return value
    if isinstance(value, bool | int | float):
        message = f"expected timeout in seconds above 0, found {found(value)}; it has no effect"
        findings.warning(message, (*place, "timeout"))
    else:
        findings.expected("timeout in seconds above 0, or ${name}", value, (*place, "timeout"))
    return None


def is_seconds(value: Json) -> bool:
    """Whether a provider can wait that long, or it is known only when the run substitutes it."""
    return is_reference(value) or 0 < _number(value) <= LONGEST


def _number(value: Json) -> float:
    """As a float; what is none is not a number."""
    if not is_number(value) or not isinstance(value, int | float):
        return math.nan
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _is_late(value: Json) -> bool:
    """Text that Chaos Toolkit takes for one or more `${name}`."""
    return isinstance(value, str) and value.startswith("${") and value.endswith("}")
