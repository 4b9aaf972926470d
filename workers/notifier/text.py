"""What a person on call reads at three in the morning: the verdict first, then where, then what to do.

Every text of an experiment or a cluster ends up as one printable line of bounded length, so that
nothing in it can pose as another line of the message.
"""

from __future__ import annotations

from dataclasses import dataclass
from shlex import quote

from workers.notifier.events import Event, EventName

#: Characters of a reason; the journal has the rest.
REASON_LIMIT = 900
#: Characters of any other value.
VALUE_LIMIT = 240


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One labelled line; `code` is something to type."""

    label: str
    value: str
    code: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message before any channel's mark-up."""

    headline: str  #: verdict, schedule, namespace
    reason: str  #: what was expected and what was found
    lines: tuple[Line, ...]

    def __str__(self) -> str:
        rows = (f"{line.label}: {line.value}" for line in self.lines)
        return "\n".join(row for row in (self.headline, self.reason, *rows) if row)


_VERDICTS = {
    EventName.RUN_STARTED: "started",
    EventName.RUN_PASSED: "passed",
    EventName.RUN_DEVIATED: "deviated",
    EventName.RUN_BASELINE_NOT_MET: "not run, its baseline is not met",
    EventName.RUN_PROBE_ERROR: "ended with a probe error",
    EventName.RUN_ACTION_ERROR: "ended with an action error",
    EventName.RUN_INTERRUPTED: "was interrupted",
    EventName.RUN_ERROR: "ended with an error",
    EventName.RUN_LOST: "was lost with its worker",
    EventName.UNDO_FAILED: "UNDO FAILED",
    EventName.FIRE_SKIPPED: "skipped",
    EventName.FIRE_MISSED: "missed",
}
_ANNOUNCEMENTS = {
    EventName.HALTED: "Halted: nothing is injected, and what is open ends now",
    EventName.RESUMED: "Resumed: injections are allowed again",
    EventName.VALIDATE_FAILED: "The YAML repo was refused; the last good revision stays in force",
    EventName.DISCOVERY_FAILED: "Discovery failed",
}
#: Ends after which somebody may want to see it again on a terminal.
_WORTH_REPEATING = frozenset(
    {
        EventName.RUN_DEVIATED,
        EventName.RUN_BASELINE_NOT_MET,
        EventName.RUN_PROBE_ERROR,
        EventName.RUN_ACTION_ERROR,
        EventName.RUN_ERROR,
        EventName.RUN_LOST,
    }
)
_NO_FAULT_YET = frozenset({EventName.RUN_STARTED, EventName.FIRE_SKIPPED, EventName.FIRE_MISSED})


def message(event: Event) -> Message:
    """The message of an event; empty fields leave no line."""
    lines = (
        Line(label="Where", value=_where(event)),
        Line(label="Experiment", value=_experiment(event)),
        Line(label="Run", value=one_line(event.run_id)),
        Line(label="When", value=_when(event)),
        Line(label="Owner", value=one_line(event.owner)),
        Line(label="Still injected", value=_still_injected(event)),
        Line(label="Resume", value="cowbane resume" if event.name is EventName.HALTED else "", code=True),
        Line(label="Undo by hand", value=_undo_command(event), code=True),
        Line(label="Reproduce", value=_run_command(event), code=True),
    )
    return Message(
        headline=headline(event),
        reason=one_line(event.reason, REASON_LIMIT),
        lines=tuple(line for line in lines if line.value),
    )


def headline(event: Event) -> str:
    """`go-demo-8: abort-half deviated`."""
    if event.name in _ANNOUNCEMENTS:
        return _ANNOUNCEMENTS[event.name]
    place = f"{', '.join(map(one_line, event.namespaces))}: " if event.namespaces else ""
    what = one_line(event.schedule or event.title or event.experiment or event.run_id or "a run")
    also = ", UNDO FAILED" if event.undo_failed and event.name is not EventName.UNDO_FAILED else ""
    return f"{place}{what} {_VERDICTS[event.name]}{also}{' (dry run)' if event.dry else ''}"


def one_line(text: str, limit: int = VALUE_LIMIT) -> str:
    """One line of at most `limit` characters; unprintable and direction-changing ones become spaces."""
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _where(event: Event) -> str:
    namespaces = ", ".join(event.namespaces)
    many = "namespaces" if len(event.namespaces) > 1 else "namespace"
    places = ((many, namespaces), ("queue", event.queue), ("cluster", event.cluster))
    return one_line(", ".join(f"{label} {value}" for label, value in places if value))


def _experiment(event: Event) -> str:
    title = one_line(event.title)
    return " - ".join(part for part in (one_line(event.experiment), title) if part)


def _when(event: Event) -> str:
    """The nominal time from the fire id, and the time of the event."""
    _, _, due = event.fire_id.partition("@")
    word = "started" if event.name is EventName.RUN_STARTED else "told" if not event.run_id else "ended"
    told = f"{word} {_clock_time(event.time)}"
    return one_line(f"due {_clock_time(due)}, {told}" if due else told)


def _clock_time(rfc3339: str) -> str:
    """`2026-11-23 09:18:04 UTC` of `2026-11-23T09:18:04.123Z`."""
    return f"{rfc3339[:10]} {rfc3339[11:19]} UTC" if rfc3339.endswith(("Z", "+00:00")) else rfc3339


def _still_injected(event: Event) -> str:
    if event.undo_failed or event.name is EventName.UNDO_FAILED:
        return "YES"
    if event.name in _ANNOUNCEMENTS or event.name in _NO_FAULT_YET:
        return ""
    if event.dry:
        return "no, a dry run changes nothing"
    return "no, nothing was" if event.name is EventName.RUN_BASELINE_NOT_MET else "no"


def _undo_command(event: Event) -> str:
    owing = event.undo_failed or event.name is EventName.UNDO_FAILED
    return f"cowbane undo {quote(one_line(event.run_id))}" if owing and event.run_id else ""


def _run_command(event: Event) -> str:
    if not event.experiment or event.name not in _WORTH_REPEATING:
        return ""
    return f"cowbane run {'--dry ' if event.dry else ''}{quote(one_line(event.experiment))}"
