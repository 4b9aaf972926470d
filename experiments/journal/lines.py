"""The events of a run as lines of JSON: what is written while it goes on, and what `--output json` prints.

Every line is one object with `version` (1), `at` (UTC, ISO 8601) and `event`; the others by event:

started      title, start, run_id, schedule, run_seed, dry (empty, or what is left out), experiment
entered      part: configuration, before, method, during, after, rollbacks or recovered
probing      name
asked        name, found, left (seconds): does not hold yet, is asked again
probed       name, met (null without a tolerance), found
acting       name
acted        name, failure, note, hit
pausing      name, seconds
recorded     part, index (of the look), entry: the activity as the journal has it
looked       part, index, met (null: could not be asked), reason, seconds (after the undo, else null)
warned       message
injecting    step, fault, undo, target: {api_version, resource, namespace, name, uid}
undoing      target
undone       target, result, detail
verdict      outcome (null: refused), reason, undo_failed

Within a version fields and events are only added.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import assert_never

from experiments.engine.progress import (
    Acted,
    Acting,
    Asked,
    Entered,
    Injecting,
    Looked,
    Part,
    Pausing,
    Probed,
    Probing,
    Progress,
    Recorded,
    Started,
    Undoing,
    Undone,
    Verdict,
    Warned,
)
from experiments.faults.intent import Target, UndoKind, UndoResult
from experiments.journal.entry import Entry, Status
from experiments.journal.fields import Fields, Unreadable
from experiments.model import Outcome
from experiments.plain import written
from experiments.shapes import is_dict

VERSION = 1


@dataclass(frozen=True, slots=True)
class Line:
    """An event and when it was told."""

    at: datetime
    event: Progress


def as_line(event: Progress, at: datetime) -> str:
    """One line of ASCII without its end; never raises."""
    kind = type(event).__name__.lower()
    return written({"version": VERSION, "at": at.isoformat(), "event": kind, **_fields(event)})


def from_line(text: str) -> Line:
    """What `as_line` wrote; raises `Unreadable` for anything else, also for an event that came later."""
    try:
        known: object = json.loads(text)
    except (ValueError, RecursionError) as wrong:
        raise Unreadable(f"expected a line of JSON, found {text[:40]!r}") from wrong
    fields = Fields(known if is_dict(known) else {})
    if fields.known.get("version") != VERSION:
        raise Unreadable(f"expected a line of version {VERSION}, found {text[:40]!r}")
    kind = fields.text("event")
    if kind not in _EVENTS:
        raise Unreadable(f"event: expected one of {', '.join(_EVENTS)}, found {kind!r}")
    return Line(fields.moment("at"), _EVENTS[kind](fields))


def _fields(event: Progress) -> Mapping[str, object]:
    match event:
        case Started():
            return _started(event)
        case Entered(part):
            return {"part": part}
        case Probing(name) | Acting(name):
            return {"name": name}
        case Asked(name, found, left):
            return {"name": name, "found": found, "left": left}
        case Probed(name, met, found):
            return {"name": name, "met": met, "found": found}
        case Acted(name, failure, note, hit):
            return {"name": name, "failure": failure, "note": note, "hit": hit}
        case Pausing(name, seconds):
            return {"name": name, "seconds": seconds}
        case Recorded(part, entry, index):
            return {"part": part, "index": index, "entry": entry.as_dict()}
        case Looked(part, met, reason, index, seconds):
            return {"part": part, "index": index, "met": met, "reason": reason, "seconds": seconds}
        case Warned(message):
            return {"message": message}
        case Injecting(target, step, fault, undo):
            return {"step": step, "fault": fault, "undo": undo, "target": asdict(target)}
        case Undoing(name):
            return {"target": name}
        case Undone(name, result, detail):
            return {"target": name, "result": result, "detail": detail}
        case Verdict(outcome, reason, undo_failed):
            return {"outcome": outcome, "reason": reason, "undo_failed": undo_failed}
        case _:
            assert_never(event)


def _started(event: Started) -> Mapping[str, object]:
    return {
        "title": event.title,
        "start": event.at.isoformat(),
        "run_id": event.run_id,
        "schedule": event.schedule,
        "run_seed": event.run_seed,
        "dry": event.dry,
        "experiment": dict(event.experiment),
    }


_EVENTS: Mapping[str, Callable[[Fields], Progress]] = {
    "started": lambda line: Started(
        title=line.text("title"),
        at=line.moment("start"),
        run_id=line.text("run_id"),
        schedule=line.text("schedule"),
        run_seed=line.text("run_seed"),
        dry=line.text("dry"),
        experiment=line.inner("experiment").known,
    ),
    "entered": lambda line: Entered(line.word("part", Part)),
    "probing": lambda line: Probing(line.text("name")),
    "asked": lambda line: Asked(line.text("name"), line.text("found"), line.number("left")),
    "probed": lambda line: Probed(line.text("name"), line.maybe_flag("met"), line.text("found")),
    "acting": lambda line: Acting(line.text("name")),
    "acted": lambda line: Acted(line.text("name"), line.text("failure"), line.text("note"), line.text("hit")),
    "pausing": lambda line: Pausing(line.text("name"), line.number("seconds")),
    "recorded": lambda line: Recorded(line.word("part", Part), _entry(line.inner("entry")), _index(line)),
    "looked": lambda line: Looked(
        line.word("part", Part),
        line.maybe_flag("met"),
        line.text("reason"),
        _index(line),
        line.maybe_number("seconds"),
    ),
    "warned": lambda line: Warned(line.text("message")),
    "injecting": lambda line: Injecting(
        _target(line.inner("target")), line.text("step"), line.text("fault"), line.word("undo", UndoKind)
    ),
    "undoing": lambda line: Undoing(line.text("target")),
    "undone": lambda line: Undone(line.text("target"), line.word("result", UndoResult), line.text("detail")),
    "verdict": lambda line: Verdict(_outcome(line), line.text("reason"), line.flag("undo_failed")),
}


def _index(line: Fields) -> int:
    return int(line.number("index"))


def _outcome(line: Fields) -> Outcome | None:
    return None if line.known.get("outcome") is None else line.word("outcome", Outcome)


def _target(line: Fields) -> Target:
    return Target(
        api_version=line.text("api_version"),
        resource=line.text("resource"),
        namespace=line.text("namespace"),
        name=line.text("name"),
        uid=line.text("uid"),
    )


def _entry(line: Fields) -> Entry:
    said = line.known.get("exception")
    return Entry(
        activity=line.inner("activity").known,
        status=line.word("status", Status),
        start=line.moment("start"),
        end=line.moment("end"),
        duration=line.number("duration"),
        output=line.known.get("output"),
        exception="\n".join(map(str, said)) if isinstance(said, list) else "",
        tolerance_met=line.maybe_flag("tolerance_met"),
        note=line.text("note"),
        attempts=int(line.number("attempts")) or 1,
    )
