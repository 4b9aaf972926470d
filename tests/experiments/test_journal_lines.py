"""Every event of a run is one line of JSON that says the same, whatever is in it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

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
from experiments.journal import Entry, Status
from experiments.journal.fields import Unreadable
from experiments.journal.lines import Line, as_line, from_line
from experiments.model import Outcome

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
POD = Target(api_version="v1", resource="pods", namespace="shop", name="a", uid="u")
ENTRY = Entry(
    activity={"name": "count", "type": "probe"},
    status=Status.FAILED,
    start=NOON,
    end=NOON + timedelta(seconds=1),
    duration=1.0,
    output={"a": [1, None, 2.5]},
    exception="no answer",
    tolerance_met=False,
    note="left out",
    attempts=3,
)
EVENTS: list[Progress] = [
    Started("t", NOON, "run-1", "nightly", "5eed", "", {"title": "t"}),
    Entered(Part.BEFORE),
    Probing("count"),
    Asked("count", "expected 3, got 2", 1.5),
    Probed("count", None, "2"),
    Probed("count", False, "expected 3, got 2"),
    Acting("kill"),
    Acted("kill", "403", "would run", "hit pods/a in shop"),
    Pausing("kill", 60.0),
    Recorded(Part.DURING, ENTRY, 7),
    Recorded(Part.METHOD, Entry(activity={}, status=Status.SUCCEEDED, start=NOON, end=NOON, duration=0.0)),
    Looked(Part.RECOVERED, True, "", 2, 3.5),
    Looked(Part.BEFORE, None, "no answer"),
    Warned("a control failed"),
    Injecting(POD, "method-0-kill", "f", UndoKind.NOTHING),
    Undoing("pods/a in shop"),
    Undone("pods/a in shop", UndoResult.DRIFTED, "edited by ann"),
    Verdict(Outcome.PASSED, "it held", False),
    Verdict(None, "halted", True),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda each: type(each).__name__)
def test_a_line_says_what_the_event_said(event: Progress) -> None:
    assert from_line(as_line(event, NOON)) == Line(NOON, event)


def test_no_event_is_forgotten() -> None:
    assert {type(event) for event in EVENTS} == set(get_args(Progress))


def test_a_line_names_its_version_its_time_and_its_event() -> None:
    assert json.loads(as_line(Probing("count"), NOON)) == {
        "version": 1,
        "at": "2026-11-23T12:00:00+00:00",
        "event": "probing",
        "name": "count",
    }


@pytest.mark.parametrize(
    "event",
    [
        Probing("two\nlines\u2028\x1b[31m"),
        Warned("half a pair \ud800"),
        Asked("count", "", float("inf")),
    ],
    ids=["line ends", "broken text", "infinity"],
)
def test_a_line_is_one_line_that_every_reader_takes(event: Progress) -> None:
    line = as_line(event, NOON)
    assert line.isascii()
    assert line.isprintable()
    assert "\\ud800" not in line.replace("\\\\", "")
    json.loads(line, parse_constant=pytest.fail)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("", "expected a line of JSON, found ''"),
        ('{"version": 1, "at"', "expected a line of JSON"),
        ("7", "expected a line of version 1"),
        ('{"version": 2, "event": "probing"}', "expected a line of version 1"),
        ('{"version": 1, "event": "exploded"}', "event: expected one of started, .*, found 'exploded'"),
        ('{"version": 1, "event": "probing", "name": "x"}', "at: expected a time"),
        ('{"version": 1, "at": "noon", "event": "probing"}', "at: expected a time, found 'noon'"),
    ],
)
def test_what_is_no_line_is_refused_in_a_sentence(line: str, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        from_line(line)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"event": "probing", "name": 7}, "name: expected text, found '7'"),
        ({"event": "entered", "part": "x"}, "part: expected one of configuration, .*, found 'x'"),
        ({"event": "pausing", "seconds": True}, "seconds: expected a number, found 'True'"),
        ({"event": "probed", "met": "yes"}, "met: expected true or false, found 'yes'"),
        ({"event": "injecting", "target": 1}, "target: expected an object, found '1'"),
        ({"event": "recorded", "part": "method", "entry": {"status": "so-so"}}, "status: expected one of"),
    ],
)
def test_a_field_of_another_type_is_refused_by_its_name(fields: dict[str, object], sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        from_line(json.dumps({"version": 1, "at": "2026-11-23T12:00:00Z", **fields}))
