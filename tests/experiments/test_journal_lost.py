"""A run that nobody finished has a journal all the same, and it says where it stood."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from small_world import Watcher, World, action, experiment, probe

from experiments.engine.progress import (
    Acting,
    Entered,
    Injecting,
    Looked,
    Part,
    Pausing,
    Probing,
    Progress,
    Recorded,
    Started,
    Undoing,
    Undone,
    Verdict,
    Warned,
)
from experiments.engine.run import run
from experiments.faults.intent import Target, UndoKind, UndoResult
from experiments.journal import Entry, Status
from experiments.journal.appended import lines_beside
from experiments.journal.fields import Unreadable
from experiments.journal.lines import as_line
from experiments.journal.page import page
from experiments.journal.reading import read_journal, read_lines
from experiments.model import Json, Outcome

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ROOT = Path(__file__).parents[1]
ABORT: dict[str, Json] = {"type": "action", "name": "abort-half"}
COUNT: dict[str, Json] = {"type": "probe", "name": "count"}
FILE: dict[str, Json] = {
    "title": "t",
    "steady-state-hypothesis": {"title": "h", "probes": [COUNT]},
    "method": [ABORT],
    "rollbacks": [{"type": "action", "name": "mend"}],
}


def started(dry: str = "") -> Started:
    return Started("t", NOON, "run-1", "nightly", "5eed", dry, FILE)


def entry(activity: dict[str, Json], status: Status = Status.SUCCEEDED) -> Entry:
    return Entry(activity=activity, status=status, start=NOON, end=NOON, duration=0.5, output=3)


def injecting(name: str = "a", undo: UndoKind = UndoKind.VIRTUAL_SERVICE_FAULT) -> Injecting:
    target = Target(api_version="v1", resource="pods", namespace="shop", name=name, uid=f"uid-{name}")
    return Injecting(target, "method-0-abort-half", f"fault-{name}", undo)


def text(events: Sequence[Progress]) -> str:
    return "".join(f"{as_line(event, NOON + timedelta(seconds=n))}\n" for n, event in enumerate(events))


def lost(*events: Progress, dry: str = "") -> dict[str, Any]:
    return read_lines(text([started(dry), *events]))


BEFORE = (
    Entered(Part.BEFORE),
    Probing("count"),
    Recorded(Part.BEFORE, entry(COUNT)),
    Looked(Part.BEFORE, True, ""),
)
METHOD = (*BEFORE, Entered(Part.METHOD), Acting("abort-half"))

STOOD: list[tuple[Sequence[Progress], str]] = [
    ([], "killed before its first step; last heard of at 2026-11-23 12:00:00 UTC"),
    (BEFORE, "killed while it looked at the hypothesis before the method; last heard"),
    (BEFORE[:2], "killed while probe count ran, since 2026-11-23 12:00:02 UTC; last heard"),
    (METHOD, "killed while action abort-half ran, since 2026-11-23 12:00:06 UTC; last heard"),
    (
        [*METHOD, Pausing("abort-half", 60)],
        "killed in the pause of 60 s before abort-half, or right after it;",
    ),
    (
        [*METHOD, Recorded(Part.METHOD, entry(ABORT)), Pausing("abort-half", 60)],
        "killed in the pause of 60 s after abort-half, or right after it;",
    ),
    ([*METHOD, Recorded(Part.METHOD, entry(ABORT))], "killed in the method;"),
    (
        [*METHOD, Recorded(Part.METHOD, entry(ABORT)), Undoing("pods/a in shop")],
        "while it undid the fault on pods/a",
    ),
    ([*BEFORE, Entered(Part.ROLLBACKS)], "killed while it played the rollbacks;"),
]


@pytest.mark.parametrize(("events", "sentence"), STOOD, ids=[words for _, words in STOOD])
def test_the_reason_says_where_it_stood(events: Sequence[Progress], sentence: str) -> None:
    document = lost(*events)
    assert (document["outcome"], document["status"], document["deviated"]) == ("lost", "aborted", False)
    assert sentence in document["reason"]


def test_the_reason_says_what_may_still_be_in_and_how_to_undo_it() -> None:
    assert (
        "the fault on pods/a in shop may still be in: run `cowbane undo run-1`"
        in lost(*METHOD, injecting())["reason"]
    )


@pytest.mark.parametrize(
    "events",
    [
        [injecting(), Undoing("pods/a in shop"), Undone("pods/a in shop", UndoResult.UNDONE, "")],
        [injecting(undo=UndoKind.NOTHING)],
    ],
    ids=["undone", "nothing to undo"],
)
def test_what_is_not_in_any_more_frightens_nobody(events: list[Progress]) -> None:
    assert "still" not in lost(*METHOD, *events)["reason"]


def test_an_undo_that_failed_leaves_the_fault_in() -> None:
    document = lost(*METHOD, injecting(), Undone("pods/a in shop", UndoResult.FAILED, "503"))
    assert "pods/a in shop may still be in" in document["reason"]
    assert document["undo_failed"] is True
    assert [(each["name"], each["fault"], each["result"]) for each in document["undos"]] == [
        ("a", "fault-a", "failed")
    ]


def test_of_two_faults_on_one_target_the_one_that_was_not_undone_counts() -> None:
    document = lost(*METHOD, injecting(), injecting(), Undone("pods/a in shop", UndoResult.UNDONE, ""))
    assert "pods/a in shop may still be in" in document["reason"]


def test_rollbacks_that_were_not_played_are_named() -> None:
    assert "not played: rollback mend" in lost(*METHOD)["reason"]
    played: list[Progress] = [
        Entered(Part.ROLLBACKS),
        Recorded(Part.ROLLBACKS, entry({"type": "action", "name": "mend"})),
    ]
    assert "not played" not in lost(*METHOD, *played)["reason"]
    assert "not played" not in lost(*BEFORE)["reason"]  # there was nothing to roll back


def test_a_dry_run_that_was_killed_left_nothing_behind() -> None:
    document = lost(*METHOD, dry="mutations")
    assert document["reason"].endswith("last heard of at 2026-11-23 12:00:06 UTC")
    assert (document["dry"], document["left_out"]) == (True, "mutations")


def test_what_was_under_way_is_aborted_and_what_had_ended_is_kept() -> None:
    document = lost(*METHOD, injecting(), Warned("a control failed"))
    (before,) = document["steady_states"]["before"]["probes"]
    assert (before["status"], before["output"]) == ("succeeded", 3)
    (under_way,) = document["run"]
    assert (under_way["activity"], under_way["status"], under_way["duration"]) == (ABORT, "aborted", 2.0)
    assert document["targets"][0] | {"at": ""} == {
        "step": "method-0-abort-half",
        "resource": "pods",
        "namespace": "shop",
        "name": "a",
        "uid": "uid-a",
        "api_version": "v1",
        "fault": "fault-a",
        "at": "",
        "dry": False,
    }
    assert document["warnings"] == ["a control failed"]
    assert (document["run_id"], document["schedule"], document["run_seed"]) == ("run-1", "nightly", "5eed")


def test_a_look_that_did_not_end_is_neither_met_nor_not() -> None:
    look = lost(Entered(Part.BEFORE), Probing("count"))["steady_states"]["before"]
    assert look["steady_state_met"] is None
    assert [each["status"] for each in look["probes"]] == ["aborted"]


def test_a_probe_of_the_hypothesis_beside_the_method_belongs_to_its_look() -> None:
    document = lost(*METHOD, Probing("count"))
    assert [each["activity"]["name"] for each in document["run"]] == ["abort-half"]
    (look,) = document["steady_states"]["during"]
    assert [each["activity"]["name"] for each in look["probes"]] == ["count"]


def test_a_run_whose_last_document_could_not_be_written_ends_as_it_ended() -> None:
    document = lost(*METHOD, Verdict(Outcome.ACTION_ERROR, "abort-half: 403", True))
    assert (document["outcome"], document["reason"]) == ("action-error", "abort-half: 403")
    assert document["undo_failed"] is True
    refused = lost(Verdict(None, "halted by ann", False))
    assert (refused["outcome"], refused["refused"]) == (None, "halted by ann")


def test_a_run_that_goes_on_has_no_outcome_and_no_status_yet() -> None:
    document: dict[str, Any] = read_lines(text([started(), *METHOD]), alive=True)
    assert (document["outcome"], document["status"]) == (None, None)
    assert "last heard of at 2026-11-23 12:00:06 UTC, while action abort-half ran" in document["reason"]


def test_the_lines_of_a_run_tell_the_journal_that_it_ended_with() -> None:
    watcher, world = Watcher(), World()
    steady = (probe("is_on", name="b"),)
    host = world.host(progress=watcher, schedule="nightly", run_seed="5eed")
    rollbacks = (action("switch", name="a", on=True),)
    ended = run(experiment(action("say", word="x"), steady=steady, rollbacks=rollbacks), host).as_dict()
    lines = "".join(f"{as_line(event, NOON)}\n" for event in watcher.events)
    assert read_lines(lines) == ended


def test_a_file_cut_anywhere_tells_what_it_can_or_says_in_a_sentence_that_it_cannot() -> None:
    whole = text([started(), *METHOD, injecting(), Recorded(Part.METHOD, entry(ABORT))]).encode()
    first = whole.index(b"\n")
    for end in range(0, len(whole) + 1, 7):
        try:
            told = read_journal(whole[:end])
        except Unreadable:
            assert end <= first
        else:
            assert told["outcome"] == "lost"
            assert not told["warnings"]


def test_lines_that_cannot_be_read_are_counted() -> None:
    lines = text([started(), *METHOD]).split("\n")
    lines[2:4] = ["\0\0\0", '{"version":1,"at":"2026-11-23T12:00:00+00:00","event":"probing","name":7}']
    assert read_lines("\n".join(lines))["warnings"] == ["2 lines could not be read: 3, 4"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty: its run has not ended"),
        (b"\xff\xfe", "found no JSON"),
        (b"title: x", "found no JSON"),
        (b"[1]", "found other JSON"),
        (b'{"event": "x"}', "found other JSON"),
        (b'{"version": 1, "event": "warned", "at": "2026-11-23T12:00:00Z", "message": "x"}', "no run begins"),
        (b'{"version": 2, "event": "started"}', "no run begins"),
        (b"[" * 100_000, "nested too deep"),
        (b'{"run": ' + b"9" * 5000 + b"}", "found no JSON"),
    ],
)
def test_what_is_no_journal_is_refused_in_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        read_journal(content)


KILLED = {
    "action": "killed while action hang ran",
    "pause": "killed in the pause of 600 s after say",
    "undo": "killed while it undid the fault on lights/a",
}


@pytest.mark.parametrize("what", list(KILLED))
def test_a_run_that_is_killed_leaves_a_journal_that_says_where_it_stood(what: str, tmp_path: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, str(ROOT / "killed_run.py"), what, str(tmp_path)],
        stdout=subprocess.PIPE,
        cwd=ROOT.parent,
        env={"PYTHONPATH": f"{ROOT.parent}:{ROOT}"},
    )
    with child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"begun\n"
        child.send_signal(signal.SIGKILL)
    document: dict[str, Any] = read_journal(lines_beside(tmp_path / "journal.json").read_bytes())
    assert document["outcome"] == "lost"
    assert KILLED[what] in document["reason"]
    assert "the fault on lights/a may still be in: run `cowbane undo run-1`" in document["reason"]
    assert page(document).headline.startswith("lost: killed")
    assert [each["name"] for each in document["targets"]] == ["a"]
    assert not (tmp_path / "journal.json").exists()


def test_a_run_that_ends_leaves_its_journal_and_nothing_else(tmp_path: Path) -> None:
    program = [sys.executable, str(ROOT / "killed_run.py"), "end", str(tmp_path)]
    subprocess.run(program, cwd=ROOT.parent, env={"PYTHONPATH": f"{ROOT.parent}:{ROOT}"}, check=True)
    assert [each.name for each in tmp_path.iterdir()] == ["journal.json"]
    assert json.loads((tmp_path / "journal.json").read_text())["outcome"] == "passed"
