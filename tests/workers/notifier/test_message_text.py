"""What people read: verdict, reason, where, whether a fault is still in, and what to type."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.clock import FixedClock
from workers.ledger.memory import MemoryLedger
from workers.notifier.events import Event, EventName
from workers.notifier.text import VALUE_LIMIT, message, one_line

HEADLINES = {
    EventName.RUN_STARTED: "go-demo-8: abort-half started",
    EventName.RUN_PASSED: "go-demo-8: abort-half passed",
    EventName.RUN_DEVIATED: "go-demo-8: abort-half deviated",
    EventName.RUN_BASELINE_NOT_MET: "go-demo-8: abort-half not run, its baseline is not met",
    EventName.RUN_PROBE_ERROR: "go-demo-8: abort-half ended with a probe error",
    EventName.RUN_ACTION_ERROR: "go-demo-8: abort-half ended with an action error",
    EventName.RUN_INTERRUPTED: "go-demo-8: abort-half was interrupted",
    EventName.RUN_ERROR: "go-demo-8: abort-half ended with an error",
    EventName.RUN_LOST: "go-demo-8: abort-half was lost with its worker",
    EventName.UNDO_FAILED: "go-demo-8: abort-half UNDO FAILED",
    EventName.FIRE_SKIPPED: "go-demo-8: abort-half skipped",
    EventName.FIRE_MISSED: "go-demo-8: abort-half missed",
    EventName.HALTED: "Halted: nothing is injected, and what is open ends now",
    EventName.RESUMED: "Resumed: injections are allowed again",
    EventName.VALIDATE_FAILED: "The YAML repo was refused; the last good revision stays in force",
    EventName.DISCOVERY_FAILED: "Discovery failed",
}


@pytest.mark.parametrize("name", EventName)
def test_the_first_line_is_verdict_schedule_and_namespace(
    name: EventName, event: Callable[..., Event]
) -> None:
    assert message(event(name)).headline == HEADLINES[name]


def test_a_failure_says_everything_in_ten_lines(event: Callable[..., Event]) -> None:
    assert str(message(event(undo_failed=True))).splitlines() == [
        "go-demo-8: abort-half deviated, UNDO FAILED",
        "'all answer' does not hold: expected 200, found 503",
        "Where: namespace go-demo-8, queue go-demo-8, cluster prod",
        "Experiment: network.yaml - What if half of the requests fail?",
        "Run: abort-half-20261123t091701z",
        "When: due 2026-11-23 09:17:01 UTC, ended 2026-11-23 09:18:04 UTC",
        "Owner: team-shop",
        "Still injected: YES",
        "Undo by hand: cowbane undo abort-half-20261123t091701z",
        "Reproduce: cowbane run network.yaml",
    ]


@pytest.mark.parametrize(
    ("name", "fields", "expected"),
    [
        (EventName.RUN_DEVIATED, {}, "Still injected: no"),
        (EventName.RUN_LOST, {"undo_failed": True}, "Still injected: YES"),
        (EventName.UNDO_FAILED, {}, "Still injected: YES"),
        (EventName.UNDO_FAILED, {}, "Undo by hand: cowbane undo abort-half-20261123t091701z"),
        (EventName.RUN_BASELINE_NOT_MET, {}, "Still injected: no, nothing was"),
        (EventName.RUN_DEVIATED, {"dry": True}, "go-demo-8: abort-half deviated (dry run)"),
        (EventName.RUN_DEVIATED, {"dry": True}, "Still injected: no, a dry run changes nothing"),
        (EventName.RUN_DEVIATED, {"dry": True}, "Reproduce: cowbane run --dry network.yaml"),
        (EventName.RUN_ERROR, {"experiment": "a b;rm.yaml"}, "Reproduce: cowbane run 'a b;rm.yaml'"),
        (EventName.RUN_STARTED, {}, "When: due 2026-11-23 09:17:01 UTC, started 2026-11-23 09:18:04 UTC"),
        (EventName.RUN_PASSED, {"namespaces": ("a", "b")}, "a, b: abort-half passed"),
        (EventName.RUN_PASSED, {"namespaces": ()}, "abort-half passed"),
        (
            EventName.RUN_PASSED,
            {"namespaces": (), "schedule": ""},
            "What if half of the requests fail? passed",
        ),
    ],
)
def test_a_message_has_the_line(
    name: EventName, fields: dict[str, object], expected: str, event: Callable[..., Event]
) -> None:
    assert expected in str(message(event(name, **fields))).splitlines()


@pytest.mark.parametrize(
    ("name", "label"),
    [
        (EventName.RUN_STARTED, "Still injected"),
        (EventName.FIRE_SKIPPED, "Still injected"),
        (EventName.VALIDATE_FAILED, "Still injected"),
        (EventName.RUN_PASSED, "Reproduce"),
        (EventName.RUN_DEVIATED, "Undo by hand"),
    ],
)
def test_a_line_that_does_not_apply_is_left_out(
    name: EventName, label: str, event: Callable[..., Event]
) -> None:
    assert label not in str(message(event(name)))


def test_an_event_of_the_repo_needs_no_run() -> None:
    refused = Event(
        id="v/1",
        name=EventName.VALIDATE_FAILED,
        time="2026-11-23T09:18:04Z",
        reason="schedules/shop.yaml:3:5: unknown key 'wen'; did you mean 'when'?",
    )
    assert str(message(refused)).splitlines() == [
        "The YAML repo was refused; the last good revision stays in force",
        "schedules/shop.yaml:3:5: unknown key 'wen'; did you mean 'when'?",
        "When: told 2026-11-23 09:18:04 UTC",
    ]


def test_a_halt_says_who_why_until_when_what_is_open_and_how_to_resume() -> None:
    ledger = MemoryLedger(FixedClock(datetime(2026, 11, 23, 9, 17, tzinfo=UTC)))
    ledger.open_channel("slack")
    ledger.halt("ann@laptop", "release day", 3600)
    ledger.resume("bob@desk", "all clear")
    halted, resumed = (str(message(event)) for _, event in ledger.after_cursor("slack", 9))
    who = "halted by ann@laptop since 2026-11-23 09:17:00 UTC until 2026-11-23 10:17:00 UTC: release day"
    assert halted.splitlines() == [
        "Halted: nothing is injected, and what is open ends now",
        f"{who}; no run is open",
        "When: told 2026-11-23 09:17:00 UTC",
        "Resume: cowbane resume",
    ]
    assert resumed.splitlines() == [
        "Resumed: injections are allowed again",
        f"resumed by bob@desk: all clear; it was {who}",
        "When: told 2026-11-23 09:17:00 UTC",
    ]


@given(text=st.text())
def test_no_text_of_an_experiment_can_pose_as_another_line(text: str) -> None:
    line = one_line(text)
    assert line.isprintable()
    assert len(line) <= VALUE_LIMIT


def test_a_reason_cannot_forge_a_line(event: Callable[..., Event]) -> None:
    said = str(message(event(undo_failed=True, reason="found\nStill injected: no\u202e\u2028fine")))
    assert [line for line in said.splitlines() if line.startswith("Still injected")] == [
        "Still injected: YES"
    ]
