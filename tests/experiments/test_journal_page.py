"""A journal is read by a person who was woken up: how it ended comes first, whoever wrote it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from small_world import World, action, experiment, probe

from experiments.engine.run import run
from experiments.journal.page import page
from experiments.model import Json
from experiments.plain import plain

PRESENT = {"type": "python", "module": "os.path", "func": "isabs", "arguments": {"s": "/"}}
ABSENT = {"type": "python", "module": "os.path", "func": "isabs", "arguments": {"s": "x"}}
BROKEN = {"type": "python", "module": "os", "func": "listdir", "arguments": {"path": "/not-there"}}


def theirs(folder: Path, probe_provider: Any, method: list[Any]) -> dict[str, Any]:
    """The journal of Chaos Toolkit's own command."""
    steady = {
        "title": "h",
        "probes": [{"type": "probe", "name": "present", "tolerance": True, "provider": probe_provider}],
    }
    file = folder / "experiment.json"
    file.write_text(
        json.dumps({"title": "t", "description": "d", "method": method, "steady-state-hypothesis": steady})
    )
    program = [sys.executable, "-m", "chaostoolkit", "--no-version-check", "--no-log-file", "run", str(file)]
    subprocess.run(program, cwd=folder, capture_output=True)
    written: dict[str, Any] = json.loads((folder / "journal.json").read_text())
    return written


ACT = {"type": "action", "name": "act", "provider": PRESENT}
THEIRS = {
    "holds": (PRESENT, [ACT], "passed: the hypothesis held before and after"),
    "baseline": (ABSENT, [ACT], "baseline-not-met: before the method, present: expected true, got false"),
    "probe broken": (BROKEN, [ACT], "probe-error: before the method, present: FileNotFoundError"),
    "action broken": (PRESENT, [{**ACT, "provider": BROKEN}], "action-error: action act: FileNotFoundError"),
}


@pytest.mark.parametrize(("steady", "method", "headline"), list(THEIRS.values()), ids=list(THEIRS))
def test_of_chaos_toolkits_journal_the_sentence_says_what_its_status_hides(
    steady: Any, method: list[Any], headline: str, tmp_path: Path
) -> None:
    shown = page(theirs(tmp_path, steady, method))
    assert shown.headline.startswith(headline)
    assert shown.lines[0] == "t"
    assert "Chaos Toolkit" in shown.lines[1]


RUN: dict[str, Json] = {"activity": {"type": "action", "name": "act"}, "start": "2026-11-23T12:00:00"}
CUT_SHORT: list[tuple[dict[str, Json], str]] = [
    (
        {"status": "interrupted", "run": [RUN], "interruption": {"kind": "signal", "name": "SIGTERM"}},
        "interrupted: SIGTERM, while action act ran",
    ),
    ({"status": "interrupted", "run": []}, "interrupted: from outside"),
    ({"status": "aborted", "run": [{**RUN, "exception": ["boom"]}]}, "aborted: action act: boom"),
    ({"status": None, "run": [RUN]}, "unfinished: its run wrote nothing more"),
    (
        {"status": "failed", "steady_states": {"during": [{"steady_state_met": False, "probes": [RUN]}]}},
        "deviated: during the method, act: expected null, got null",
    ),
    (
        {"status": "completed", "deviated": True, "steady_states": {"after": {"steady_state_met": False}}},
        "deviated: after the method, the hypothesis did not hold",
    ),
]


@pytest.mark.parametrize(("journal", "headline"), CUT_SHORT, ids=[words for _, words in CUT_SHORT])
def test_a_journal_that_was_cut_short_says_what_there_is(journal: dict[str, Json], headline: str) -> None:
    assert page(journal).headline == headline


def test_ours_says_everything_in_its_order() -> None:
    world = World()
    steady = (probe("is_on", name="b"),)
    method = (action("put_out", name="a"), action("say", word="x"))
    journal = run(experiment(*method, steady=steady, rollbacks=(action("say", word="y"),)), world.host())
    written: dict[str, Any] = journal.as_dict()
    for each, name in zip(written["run"], ("put_out", "say"), strict=True):
        each["activity"] = {"type": "action", "name": name}
    shown = page(written)
    assert shown.ending.good
    assert shown.headline == "passed: the lights are on: held before and after"
    titles = [line for line in shown.lines if line and not line.startswith(" ")]
    assert titles[2:] == [
        "hypothesis before: held",
        "method",
        "hypothesis after: held",
        "rollbacks",
        "targets",
        "undos",
    ]
    assert '  12:00:00  succeeded  0 ms  action put_out  answer "a"' in shown.lines
    assert "  12:00:00  lights/a hit by method-0-put_out" in shown.lines
    assert "  lights/a: undone" in shown.lines


def test_an_activity_says_its_tolerance_its_waits_and_why_it_failed() -> None:
    entry: dict[str, Json] = {
        "activity": {"type": "probe", "name": "count", "tolerance": 3, "background": True},
        "status": "failed",
        "start": "2026-11-23T12:00:00+01:00",
        "duration": 75.4,
        "tolerance_met": False,
        "attempts": 4,
        "exception": ["Traceback (most recent call last):\n", "  File x\n", "ValueError: no\n"],
        "output": ["a" * 300],
        "note": "cut",
    }
    (line,) = [each for each in page({"run": [entry]}).lines if each.startswith("  ")]
    assert line.startswith(
        "  11:00:00  failed  1 min 15 s  probe count  tolerance not met: expected 3; asked 4"
    )
    assert "; in the background; ValueError: no; answer" in line
    assert line.endswith("; cut")
    assert len(line) < 260


def test_no_text_of_a_journal_commands_a_terminal() -> None:
    evil = "a\x1b[2Jb\r\nc\u202ed\ud800"
    entry = {"activity": {"name": evil}, "output": evil, "exception": [evil], "status": evil, "note": evil}
    journal = plain(
        {
            "outcome": evil,
            "reason": evil,
            "experiment": {"title": evil},
            "run": [entry],
            "targets": [{"name": evil}],
            "undos": [{"name": evil, "result": evil}],
            "warnings": [evil],
            "run_id": evil,
        }
    )
    assert isinstance(journal, dict)
    shown = page(journal)
    for line in (shown.headline, *shown.lines):
        assert line.isprintable(), line
        line.encode()


SHAPES: list[Json] = [None, True, 7, "x", [], [7, None, "x"], {}, {"before": 7, "during": [7]}, [{"run": 7}]]
KEYS = (
    *("experiment", "steady_states", "run", "rollbacks", "targets", "undos", "warnings", "start", "duration"),
    *("outcome", "reason", "status", "interruption", "run_id"),
)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_whatever_is_where_it_does_not_belong_is_left_out(shape: Json) -> None:
    for key in KEYS:
        assert page({key: shape}).lines
    entry: dict[str, Json] = dict.fromkeys(("activity", "output", "exception", "start", "duration"), shape)
    assert page({"run": [entry], "steady_states": {"before": {"probes": [entry]}}}).lines


def test_looks_beside_the_method_are_counted_and_the_bad_ones_shown() -> None:
    good: Json = {"steady_state_met": True, "probes": [RUN]}
    bad: Json = {"steady_state_met": False, "probes": [RUN]}
    lines = page({"steady_states": {"during": [good] * 90 + [bad] * 10}}).lines
    assert "hypothesis during the method: 100 looks kept, 10 did not hold" in lines
    assert len([line for line in lines if line.startswith("  ")]) == 3
