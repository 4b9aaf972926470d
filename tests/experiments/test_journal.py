"""A journal can be read by whoever reads Chaos Toolkit's, and is always JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from chaoslib.experiment import run_experiment
from small_world import World, action, experiment, probe

from experiments.engine.run import run
from experiments.faults.injection import Injection
from experiments.faults.intent import Intent, Target, UndoKind
from experiments.journal import STATUS, Entry, Journal, Status, SteadyState, hits
from experiments.journal.size import LONGEST_OUTPUT, cut
from experiments.model import Json, Outcome

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def injection(name: str, *, dry: bool = False) -> Injection:
    target = Target(api_version="v1", resource="pods", namespace="shop", name=name, uid=f"uid-{name}")
    intent = Intent(
        run="r", step="s", epoch=1, queue="q", cluster="c", expires=NOON, undo=UndoKind.NOTHING, target=target
    )
    return Injection(intent=intent, at=NOON, dry=dry)


def test_a_sentence_names_three_targets_and_counts_the_rest() -> None:
    assert hits([]) == ""
    assert hits([injection("a")]) == "hit pods/a in shop"
    assert hits(map(injection, "abcde")) == "hit pods/a in shop, pods/b in shop, pods/c in shop and 2 more"
    assert hits([injection("a", dry=True)]) == "would have hit pods/a in shop"


def test_it_has_every_key_that_chaos_toolkit_writes() -> None:
    """At every level, so that whoever reads theirs reads ours."""
    provider = {"type": "python", "module": "os.path", "func": "isabs", "arguments": {"s": "/"}}
    theirs = run_experiment(
        {
            "title": "t",
            "description": "d",
            "steady-state-hypothesis": {
                "title": "h",
                "probes": [{"type": "probe", "name": "p", "tolerance": True, "provider": provider}],
            },
            "method": [{"type": "action", "name": "a", "provider": provider}],
            "rollbacks": [],
        },
        settings={},
    )
    steady = (probe("is_on", name="a"),)
    ours = run(experiment(action("say", word="x"), steady=steady), World().host()).as_dict()
    assert set(theirs) <= set(ours)
    assert isinstance(ours["run"], list)
    assert isinstance(ours["run"][0], dict)
    assert set(theirs["run"][0]) <= set(ours["run"][0])
    assert isinstance(ours["rollbacks"], list)
    assert isinstance(ours["steady_states"], dict)
    assert set(theirs["steady_states"]) <= set(ours["steady_states"])


def test_every_outcome_has_a_status_that_readers_know() -> None:
    assert set(STATUS) == {*Outcome, None}
    assert set(STATUS.values()) == {"completed", "failed", "aborted", "interrupted"}


class Unspeakable:
    def __repr__(self) -> str:
        raise RuntimeError("no words")


def test_what_a_function_returns_never_breaks_the_journal() -> None:
    host = World().host(resolve=lambda _module, _func: lambda: object.__new__(Unspeakable))
    journal = run(experiment(action("anything")), host)
    written = json.loads(journal.as_json(indent=2))
    assert written["outcome"] == "passed"
    assert "cannot be shown" in written["run"][0]["output"]


ENTRY = Entry(activity={"name": "a"}, status=Status.SUCCEEDED, start=NOON, end=NOON, duration=0.0)
LOOK = SteadyState(met=True, probes=(ENTRY,))


TIMES: dict[str, Any] = {"start": NOON, "end": NOON, "duration": 0.0}


def ended(**more: Any) -> dict[str, Any]:
    """The document of a run."""
    fields = {
        "outcome": Outcome.PASSED,
        "reason": "",
        "experiment": {},
        "start": NOON,
        "end": NOON,
        "duration": 0.0,
    }
    return Journal(**{**fields, **more}).as_dict()


def test_looks_during_and_after_the_undo_have_the_shape_of_the_others() -> None:
    recovered = SteadyState(met=None, probes=(ENTRY,), reason="count: no answer", seconds=2.5)
    states = ended(before=LOOK, during=(LOOK, LOOK), recovered=recovered)["steady_states"]
    assert states["during"] == [states["before"], states["before"]]
    assert states["after"] is None
    assert states["recovered"] == {
        "steady_state_met": False,
        "probes": states["before"]["probes"],
        "reason": "count: no answer",
        "seconds": 2.5,
    }


def test_what_a_run_asked_for_its_configuration_and_warned_of_is_in_it() -> None:
    written = ended(configured=(ENTRY,), warnings=("a control failed",), dry=True, left_out="probes")
    assert [each["activity"] for each in written["configuration_probes"]] == [{"name": "a"}]
    assert written["warnings"] == ["a control failed"]
    assert (written["dry"], written["left_out"]) == (True, "probes")


def test_an_interruption_says_why_and_stands_nowhere_else() -> None:
    stopped = ended(outcome=Outcome.INTERRUPTED, reason="halted by ann")
    assert stopped["interruption"] == {"kind": "stop", "reason": "halted by ann"}
    assert "interruption" not in ended()


def test_how_often_a_probe_was_asked_stands_there_once_it_was_asked_again() -> None:
    assert "attempts" not in ENTRY.as_dict()
    assert replace(ENTRY, attempts=3).as_dict()["attempts"] == 3


def test_text_that_no_encoding_holds_never_breaks_the_file() -> None:
    broken = "half a pair \ud800"
    entry = replace(ENTRY, exception=broken)
    journal = Journal(outcome=None, reason=broken, experiment={"title": broken}, run=(entry,), **TIMES)
    text = journal.as_json(indent=2)
    json.loads(text)["run"][0]["exception"][0].encode()
    json.loads(text)["experiment"]["title"].encode()
    assert text.isascii()


LONG = "x" * 60
CUT: list[tuple[Json, Json]] = [
    (LONG, f"{'x' * 50}..."),
    ([1, LONG, 2, 3], [1, f"{'x' * 34}...", "... and 2 more"]),
    ({"a": LONG, "b": 1, "c": 2}, {"a": f"{'x' * 41}...", "...": "and 2 more"}),
    ([7] * 100, [*[7] * 6, "... and 94 more"]),
]


@pytest.mark.parametrize(("output", "kept"), CUT, ids=["text", "list", "mapping", "numbers"])
def test_an_output_that_is_too_long_keeps_its_shape_and_its_beginning(output: Json, kept: Json) -> None:
    assert cut(output, 50) == (kept, "the output is cut: a journal keeps 50 characters of it")


@pytest.mark.parametrize("output", ["x" * 50, ["x" * 42], {"ab": "x" * 40}, None, 7, [], {}])
def test_an_output_that_is_short_enough_is_the_very_same(output: Json) -> None:
    kept, note = cut(output, 50)
    assert kept is output
    assert note == ""


def test_a_journal_keeps_a_megabyte_of_one_output_and_says_so() -> None:
    written = replace(ENTRY, output="x" * (LONGEST_OUTPUT + 1), note="dry").as_dict()
    assert isinstance(written["output"], str)
    assert len(written["output"]) == LONGEST_OUTPUT + 3
    assert written["note"] == "dry; the output is cut: a journal keeps 1048576 characters of it"
    assert "note" not in replace(ENTRY, output="x" * LONGEST_OUTPUT).as_dict()
