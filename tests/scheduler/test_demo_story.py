"""The demo tells what happened between two looks, once, and sums it up honestly."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from experiments.faults.intent import Intent, Target, UndoKind
from scheduler.demo.story import Look, told
from scheduler.demo.summary import summary
from workers.ledger.records import Order, RunRecord, RunState
from workers.notifier.inbox import Kind, Received

ORDER = Order(
    run_id="kill-1",
    schedule="kill",
    nominal=0,
    queue="q",
    owner="o",
    cluster="c",
    experiment="e.yaml",
    document={},
    revision="r",
    armed=True,
)
FAULT = Intent(
    run="kill-1",
    step="s",
    epoch=1,
    queue="q",
    cluster="c",
    expires=datetime(2026, 11, 23, tzinfo=UTC),
    undo=UndoKind.VIRTUAL_SERVICE_FAULT,
    target=Target(api_version="v1", resource="virtualservices", namespace="shop", name="web", uid="u"),
    injected={"fault": "abort", "value": {"percentage": {"value": 50.0}}},
)
RUNNING = RunRecord(order=ORDER, state=RunState.CLAIMED, started=True)
PASSED = RunRecord(order=ORDER, state=RunState.ENDED, started=True, outcome="passed", reason="held")
SKIPPED = RunRecord(order=ORDER, state=RunState.ENDED, outcome="skipped", reason="a limit")
MESSAGE = Received(kind=Kind.SLACK, text="shop: kill deviated\nmore")

STORIES = [
    (Look(), Look(runs={"1": RUNNING}), ["run kill"]),
    (Look(), Look(runs={"1": replace(RUNNING, dry=True)}), ["run kill, dry: it only says whom it would hit"]),
    (Look(runs={"1": RUNNING}), Look(runs={"1": PASSED}), ["passed kill: held"]),
    (Look(), Look(runs={"1": SKIPPED}), ["skipped kill: a limit"]),
    (Look(pods={"a": True}), Look(pods={"b": True}), ["pod gone a", "pod ready b"]),
    (Look(pods={"a": False}), Look(pods={"a": True}), ["pod ready a"]),
    (
        Look(),
        Look(faults={"f": FAULT}),
        ["fault in abort of 50 % of the requests through virtualservices/web in shop"],
    ),
    (
        Look(faults={"f": FAULT}),
        Look(),
        ["fault out abort of 50 % of the requests through virtualservices/web in shop"],
    ),
    (Look(), Look(messages=(MESSAGE,)), ["slack shop: kill deviated"]),
]


@pytest.mark.parametrize(("before", "after", "lines"), STORIES)
def test_what_changed_is_told(before: Look, after: Look, lines: list[str]) -> None:
    assert [f"{line.what} {line.text}" for line in told(before, after)] == lines


@pytest.mark.parametrize("look", [look for _, look, _ in STORIES])
def test_what_did_not_change_is_not_told(look: Look) -> None:
    assert list(told(look, look)) == []


@pytest.mark.parametrize(
    ("last", "good"),
    [
        (Look(runs={"1": PASSED}, messages=(MESSAGE,)), True),
        (Look(runs={"1": PASSED}), False),
        (Look(messages=(MESSAGE,)), False),
        (Look(runs={"1": SKIPPED}, messages=(MESSAGE,)), False),
        (Look(runs={"1": PASSED, "2": RUNNING}, messages=(MESSAGE,)), False),
        (Look(runs={"1": PASSED}, messages=(MESSAGE,), faults={"f": FAULT}), False),
    ],
)
def test_a_demo_is_good_when_runs_ended_messages_arrived_and_nothing_is_left(last: Look, good: bool) -> None:
    assert summary(last, 0).good is good
