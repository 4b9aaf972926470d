"""A run's progress in words: one line each, and nothing said twice."""

from __future__ import annotations

import pytest

from experiments.engine.progress import (
    Acted,
    Acting,
    Pausing,
    Probed,
    Probing,
    Progress,
    Undoing,
    Undone,
    Verdict,
)
from experiments.faults.intent import UndoResult
from experiments.model import Outcome
from experiments.narration import line

WORDS: list[tuple[Progress, str]] = [
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
