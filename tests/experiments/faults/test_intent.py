"""An intent is the same in the ledger, on the object and back; nothing else is ever executed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.faults.intent import (
    FAULT_ANNOTATION,
    MARK_LIMIT,
    FaultTooLarge,
    Intent,
    Target,
    UndoKind,
    UnreadableMark,
)

TARGET = Target(api_version="v1", resource="things", namespace="shop", name="a", uid="uid-a")
LEAVES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)
MAPPINGS = st.dictionaries(st.text(max_size=8).filter(lambda key: key != "kind"), LEAVES, max_size=4)


def intent(**changes: Any) -> Intent:
    given: dict[str, Any] = {
        "run": "run-1",
        "step": "method-0-abort",
        "epoch": 3,
        "queue": "shop",
        "cluster": "test",
        "expires": datetime(2026, 11, 23, 12, tzinfo=UTC),
        "undo": UndoKind.VIRTUAL_SERVICE_FAULT,
        "target": TARGET,
    }
    return Intent(**{**given, **changes})


@given(MAPPINGS, MAPPINGS)
def test_an_intent_survives_the_ledger_and_the_object(injected: Any, before: Any) -> None:
    recorded = intent(injected=injected, before=before)
    assert Intent.from_json(recorded.to_json()) == recorded
    assert Intent.from_mark(recorded.mark(), TARGET) == recorded


def test_one_fault_of_one_step_of_one_run_on_one_object_has_one_id() -> None:
    other = Target(api_version="v1", resource="things", namespace="shop", name="a", uid="uid-b")
    fault = intent()
    different = [
        intent(run="run-2"),
        intent(step="method-1-abort"),
        intent(target=other),
        intent(injected={"path": "/spec/http/1"}),
    ]
    same = [intent(epoch=4), intent(before={"x": 1}), intent(expires=datetime(2027, 1, 1, tzinfo=UTC))]
    assert len({fault.id, *(each.id for each in different)}) == 5
    assert {each.id for each in same} == {fault.id}
    assert fault.annotation == FAULT_ANNOTATION + fault.id


def test_its_id_and_its_mark_never_change_from_one_version_to_the_next() -> None:
    fault = intent(injected={"path": "/spec"}, before={"spec": None})
    assert fault.id == "cf8c8395466873bd"
    assert json.loads(fault.mark()) == {
        "v": 1,
        "run": "run-1",
        "step": "method-0-abort",
        "epoch": 3,
        "queue": "shop",
        "cluster": "test",
        "expires": "2026-11-23T12:00:00+00:00",
        "injected": {"kind": "virtual-service-fault", "path": "/spec"},
        "before": {"spec": None},
    }


def test_a_mark_that_does_not_fit_is_refused_in_bytes() -> None:
    intent(before={"x": "a" * (MARK_LIMIT - 500)}).mark()
    for large in ("a" * MARK_LIMIT, "ñ" * (MARK_LIMIT // 2)):
        with pytest.raises(FaultTooLarge, match=f"things/a in shop would take .*{MARK_LIMIT} fit"):
            intent(before={"x": large}).mark()


def changed(**parts: Any) -> str:
    return json.dumps({**json.loads(intent().mark()), **parts})


def without(key: str) -> str:
    return json.dumps({name: value for name, value in json.loads(intent().mark()).items() if name != key})


UNREADABLE = {
    "no JSON": "{",
    "no mapping": "[]",
    "nothing": "null",
    "another version": changed(v=2),
    "no run": without("run"),
    "no kind": changed(injected={}),
    "an undo that we do not know": changed(injected={"kind": "shell", "command": "id"}),
    "an epoch that is none": changed(epoch="x"),
    "an epoch without end": changed(epoch=float("inf")),
    "no time": changed(expires="soon"),
    "a time of another type": changed(expires=7),
    "a time without a zone": changed(expires="2026-11-23T12:00:00"),
    "injected is no mapping": changed(injected=[1]),
    "before is no mapping": changed(before="x"),
    "very deep": "[" * 100_000,
}


@pytest.mark.parametrize("mark", UNREADABLE.values(), ids=UNREADABLE)
def test_a_mark_that_is_not_ours_is_reported_and_never_guessed(mark: str) -> None:
    with pytest.raises(UnreadableMark, match="on things/a in shop"):
        Intent.from_mark(mark, TARGET)


@given(st.text() | LEAVES.map(json.dumps))
def test_no_text_at_all_breaks_the_reading_of_a_mark(text: str) -> None:
    with pytest.raises(UnreadableMark):
        Intent.from_mark(text, TARGET)
