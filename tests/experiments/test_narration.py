"""A run's progress in words: one line each, and nothing said twice."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest

from experiments.engine.progress import (
    Acted,
    Acting,
    Asked,
    Entered,
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
from experiments.faults.intent import UndoResult
from experiments.journal import Entry, Status
from experiments.model import Outcome
from experiments.narration import Narrator, line

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def started(dry: str) -> Started:
    return Started("pods die", NOON, "run-1", "", "00", dry, {})


WORDS: list[tuple[Progress, str]] = [
    (started(""), "pods die"),
    (started("mutations"), "pods die (dry)"),
    (started("actions"), "pods die (dry: actions)"),
    (Entered(Part.BEFORE), ""),
    (Entered(Part.METHOD), ""),
    (Entered(Part.AFTER), "after the method"),
    (Entered(Part.ROLLBACKS), "rollbacks"),
    (Entered(Part.RECOVERED), "after the undo"),
    (Warned("control c: broke"), "warning: control c: broke"),
    (Looked(Part.BEFORE, False, "count: 2"), ""),
    (Looked(Part.DURING, True, "", 3), ""),
    (Looked(Part.DURING, False, "count: 2", 3), "beside the method: does not hold: count: 2"),
    (Looked(Part.DURING, None, "count: refused", 3), "beside the method: could not be asked: count: refused"),
    (Looked(Part.RECOVERED, False, "count: 2"), "not recovered yet: count: 2"),
    (Looked(Part.RECOVERED, True, ""), "recovered"),
    (Asked("count", "expected 3, got 2", 28.5), "probe count: not yet: expected 3, got 2; 28.5 s left"),
    (Probing("count"), ""),
    (Probed("count", True, "3"), "probe count: holds"),
    (Probed("count", False, "expected 3, got 2"), "probe count: does not hold: expected 3, got 2"),
    (Probed("count", None, "2"), "probe count: 2"),
    (Acting("kill"), ""),
    (Acted("kill"), "action kill: done"),
    (Acted("kill", hit="hit pods/a in shop"), "action kill: hit pods/a in shop"),
    (Acted("kill", note="would run"), "action kill: would run"),
    (Acted("kill", failure="no pod matches"), "action kill: failed: no pod matches"),
    (Pausing("kill", 2.5), "pause of 2.5 s at kill"),
    (Pausing("kill", 60.0), "pause of 60 s at kill"),
    (Undoing("pods/a in shop"), ""),
    (Undone("pods/a in shop", UndoResult.NOTHING, "replaced by its owner"), ""),
    (Undone("x/a in shop", UndoResult.UNDONE, ""), "undo of x/a in shop: undone"),
    (Undone("x/a in shop", UndoResult.FAILED, "503"), "undo of x/a in shop: failed: 503"),
    (Verdict(Outcome.PASSED, "it held", False), "passed: it held"),
    (Verdict(Outcome.PASSED, "it held; 503", True), "passed: it held; 503 An undo failed."),
    (Verdict(None, "halted by ann", False), "refused: halted by ann"),
]


@pytest.mark.parametrize(("event", "words"), WORDS, ids=lambda each: str(each)[:40])
def test_an_event_is_one_line(event: Progress, words: str) -> None:
    assert line(event) == words


def test_looks_beside_the_method_are_told_when_they_change() -> None:
    tell, told = Narrator(), list[str]()
    entry = Entry(activity={}, status=Status.SUCCEEDED, start=NOON, end=NOON, duration=0.0)

    def looks() -> None:
        for index, met in enumerate((True, False, False, None, True, True)):
            events: tuple[Progress, ...] = (
                Probing("count"),
                Recorded(Part.DURING, entry, index),
                Probed("count", met, "2"),
                Looked(Part.DURING, met, "" if met else "count: 2", index),
            )
            told.extend(filter(None, map(tell, events)))

    thread = threading.Thread(target=looks)
    thread.start()
    thread.join()
    assert told == [
        "beside the method: does not hold: count: 2",
        "beside the method: could not be asked: count: 2",
        "beside the method: holds again",
    ]
    assert tell(Probed("count", True, "3")) == "probe count: holds", "a probe of the method itself"
