"""Each way a run can end is one outcome with one sentence, and nothing stays changed."""

from __future__ import annotations

import pytest
from small_world import NOON, Watcher, World, action, experiment, probe

from experiments.engine.progress import Acted, Acting, Probed, Undoing, Verdict
from experiments.engine.run import run
from experiments.faults.intent import Intent
from experiments.journal import Status
from experiments.model import Activity, Experiment, HttpProvider, Json, Outcome, Pauses
from experiments.policy import Policy

ON = probe("is_on", name="a")
OUT = action("put_out", name="a")
OUT_B = action("put_out", name="b")
DARK_FIRST = action("removed_by_hand", name="a")

TABLE: list[tuple[str, Experiment, Outcome, str]] = [
    ("nothing to do", experiment(), Outcome.PASSED, "there was no hypothesis"),
    ("holds before and after", experiment(OUT_B, steady=(ON,)), Outcome.PASSED, "held before and after"),
    (
        "holds no more",
        experiment(OUT, steady=(ON,)),
        Outcome.DEVIATED,
        "after the method, is_on: expected true, got false",
    ),
    (
        "a probe that says why",
        experiment(OUT, steady=(probe("must_be_on", name="a"),)),
        Outcome.DEVIATED,
        "after the method, must_be_on: light a is out",
    ),
    (
        "did not hold",
        experiment(OUT, steady=(probe("is_on", tolerance=False, name="a"),)),
        Outcome.BASELINE_NOT_MET,
        "before the method, is_on: expected false, got true",
    ),
    (
        "a probe that cannot be asked",
        experiment(OUT, steady=(probe("fail"),)),
        Outcome.PROBE_ERROR,
        "before the method, fail: the API server says 403",
    ),
    (
        "a probe of the method",
        experiment(probe("fail")),
        Outcome.PROBE_ERROR,
        "fail: the API server says 403",
    ),
    ("an action", experiment(action("fail")), Outcome.ACTION_ERROR, "fail: the API server says 403"),
    (
        "a wrong argument",
        experiment(action("put_out", nome="a")),
        Outcome.ACTION_ERROR,
        "unexpected keyword argument 'nome'",
    ),
    (
        "an unknown function",
        experiment(action("no_such")),
        Outcome.ACTION_ERROR,
        "cowbane.world.no_such is not in the library of this version",
    ),
    (
        "a pause that is none",
        experiment(action("say", word="x", pauses=Pauses(before="soon"))),
        Outcome.ACTION_ERROR,
        "expected a pause in seconds at say, found 'soon'",
    ),
    ("a stop", experiment(OUT, action("stop_now"), OUT_B), Outcome.INTERRUPTED, "halted by ops"),
    (
        "a fault removed by somebody",
        experiment(OUT, action("removed_by_hand", name="a"), steady=(ON,)),
        Outcome.ERROR,
        "the fault on lights/a was removed by kubectl at 12:01",
    ),
    (
        "an unset variable",
        experiment(OUT, configuration={"x": {"type": "env", "key": "NOWHERE"}}),
        Outcome.ERROR,
        "the environment variable NOWHERE is not set",
    ),
    (
        "a guard that changes its mind",
        experiment(OUT, action("refuse_from_now_on"), OUT_B),
        Outcome.INTERRUPTED,
        "the window closed",
    ),
]


@pytest.mark.parametrize(("case", "given", "outcome", "reason"), TABLE, ids=[case for case, *_ in TABLE])
def test_a_run_ends_as_one_outcome_with_a_sentence_and_leaves_nothing(
    case: str, given: Experiment, outcome: Outcome, reason: str
) -> None:
    world = World()
    journal = run(given, world.host())
    assert journal.outcome is outcome
    assert reason in journal.reason
    assert "Traceback" not in journal.as_json()
    assert not journal.undo_failed
    assert world.lights == {"a": True, "b": True}


def test_nothing_is_injected_and_no_rollback_played_without_a_baseline() -> None:
    world = World(lights={"a": False, "b": True})
    given = experiment(OUT, steady=(ON,), rollbacks=(action("say", word="rollback"),))
    journal = run(given, world.host())
    assert journal.outcome is Outcome.BASELINE_NOT_MET
    assert world.told == ["look a"]
    assert journal.rollbacks == ()


def test_a_refused_run_has_no_outcome_but_a_sentence_and_touches_nothing() -> None:
    world = World(refuses="the budget of today is spent")
    journal = run(experiment(OUT, rollbacks=(action("say", word="rollback"),)), world.host())
    assert (journal.outcome, journal.refused) == (None, "the budget of today is spent")
    assert world.told == []


def test_what_the_policy_does_not_allow_is_refused_before_anything_is_asked() -> None:
    world = World()
    foreign = Activity(kind=ON.kind, name="far", provider=HttpProvider(url="http://far.example/"))
    journal = run(experiment(OUT, rollbacks=(foreign,), steady=(ON,)), world.host(policy=Policy()))
    assert journal.outcome is None
    assert "'far.example'" in journal.refused
    assert world.told == []


def test_an_action_that_fails_ends_the_method_and_what_was_injected_is_undone() -> None:
    world = World()
    journal = run(experiment(OUT, action("fail"), OUT_B), world.host())
    assert [entry.status for entry in journal.run] == [Status.SUCCEEDED, Status.FAILED]
    assert world.told == ["out a", "undo a"]


def test_a_probe_of_the_method_may_say_no() -> None:
    journal = run(experiment(OUT, probe("must_be_on", tolerance=None, name="a")), World().host())
    assert journal.outcome is Outcome.PASSED
    assert journal.run[1].exception == "light a is out"


def test_an_action_may_not_say_no() -> None:
    world = World(lights={"a": False, "b": True})
    journal = run(experiment(action("must_be_on", name="a")), world.host())
    assert (journal.outcome, journal.reason) == (Outcome.ACTION_ERROR, "must_be_on: light a is out")


def test_a_dry_run_asks_and_chooses_and_changes_nothing() -> None:
    world = World()
    long = Pauses(before=600)
    given = experiment(OUT, action("say", word="boo", pauses=long), steady=(ON,))
    journal = run(given, world.host(dry=True))
    assert journal.outcome is Outcome.PASSED
    assert world.told == ["look a", "look a"]
    assert journal.run[0].output == "a"
    assert journal.run[1].note.startswith("would run")
    assert [(each.intent.target.name, each.dry) for each in journal.injections] == [("a", True)]
    assert journal.as_dict()["dry"] is True


def test_values_reach_activities_with_their_types() -> None:
    world = World()
    given = experiment(
        action("put_out", name="${which}"),
        steady=(probe("is_on", tolerance="${wanted}", name="b"),),
        configuration={"which": "b", "wanted": {"type": "env", "key": "W", "env_var_type": "bool"}},
    )
    journal = run(given, world.host(values={"which": "a"}, environment={"W": "true"}))
    assert journal.outcome is Outcome.PASSED
    assert world.told == ["look b", "out a", "look b", "undo a"]


def test_no_secret_is_in_the_journal_nor_in_what_is_told() -> None:
    world, watcher = World(), Watcher()
    token = {"type": "env", "key": "TOKEN"}
    given = experiment(
        probe("say", tolerance=None, word="Bearer ${token}"),
        action("fail", word="login with ${token} refused"),
        secrets={"api": {"token": token, "inline": "hunter2hunter2"}},
        source={"secrets": {"api": {"inline": "hunter2hunter2"}}},
    )
    journal = run(given, world.host(environment={"TOKEN": "canary-4711"}, progress=watcher))
    assert world.told == ["Bearer canary-4711"]
    seen = journal.as_json() + journal.reason + repr(watcher.events)
    assert "canary-4711" not in seen
    assert "hunter2hunter2" not in seen
    assert "login with *** refused" in journal.reason


class Judge(World):
    """Is asked about values."""

    def accepts(self, value: str, more: str = "") -> bool:
        self.told.append(f"{more}{value}")
        return value == "${token}"


def test_a_value_judged_by_a_probe_is_never_substituted_and_its_arguments_are() -> None:
    world = Judge()
    asked: dict[str, Json] = {"type": "python", "module": "cowbane.world", "func": "accepts"}
    tolerance: Json = {"type": "probe", "name": "t", "provider": {**asked, "arguments": {"more": "${word}"}}}
    given = experiment(
        steady=(probe("say", tolerance=tolerance, word="$${token}"),),
        configuration={"word": "about "},
        secrets={"api": {"token": "canary-4711"}},
    )
    assert run(given, world.host()).outcome is Outcome.PASSED
    assert world.told == ["${token}", "about ${token}"] * 2


def test_a_probe_without_arguments_may_judge_too() -> None:
    asked: Json = {"type": "python", "module": "cowbane.world", "func": "accepts", "arguments": None}
    given = experiment(steady=(probe("say", {"type": "probe", "name": "t", "provider": asked}, word="x"),))
    journal = run(given, Judge().host())
    assert journal.outcome is Outcome.BASELINE_NOT_MET
    assert journal.reason == 'before the method, say: expected t to accept "x", got false'


def test_whoever_watches_sees_each_step_in_its_order() -> None:
    watcher = Watcher()
    run(experiment(OUT, steady=(ON,)), World().host(progress=watcher))
    kinds = [type(event) for event in watcher.events]
    assert kinds.index(Probed) < kinds.index(Acting) < kinds.index(Acted) < kinds.index(Undoing)
    assert isinstance(watcher.events[-1], Verdict)


def test_a_watcher_that_breaks_does_not_break_the_undo() -> None:
    def broken(_event: object) -> None:
        raise BrokenPipeError("nobody reads this any more")

    world = World()
    journal = run(experiment(OUT, steady=(ON,)), world.host(progress=broken))
    assert journal.outcome is Outcome.DEVIATED
    assert world.lights["a"]


def test_a_step_that_breaks_unexpectedly_is_an_error_and_undone() -> None:
    class Broken(World):
        def removed(self, intent: Intent) -> str:
            raise RuntimeError("bug")

    world = Broken()
    journal = run(experiment(OUT), world.host())
    assert (journal.outcome, journal.reason) == (Outcome.ERROR, "unexpected RuntimeError: bug")
    assert world.lights["a"]


def test_times_are_those_of_the_clock() -> None:
    journal = run(experiment(action("say", word="x")), World().host())
    assert (journal.start, journal.run[0].start, journal.duration) == (NOON, NOON, 0.0)
