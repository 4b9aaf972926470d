"""Controls are called by name around every level, each once, and never end a run by accident."""

from __future__ import annotations

from dataclasses import replace

import pytest
from extensions import recording
from small_world import World

from experiments.engine.run import run
from experiments.format.reader import read_data
from experiments.model import Control, Experiment, Json, Outcome, PythonProvider
from experiments.policy import Policy


@pytest.fixture(autouse=True)
def _nothing_told_yet() -> None:
    recording.told.clear()
    recording.given.clear()


def control(module: str) -> Control:
    return Control(name=module, provider=PythonProvider(module=f"extensions.{module}", func=""))


def read(*method: Json, **more: Json) -> Experiment:
    """As the file would say it, so that hooks find the data they expect."""
    data: dict[str, Json] = {"title": "t", "description": "d", "method": list(method), **more}
    found, problems = read_data(data, "test")
    assert found is not None, problems
    return found


def says(word: str, name: str = "", **more: Json) -> Json:
    provider: Json = {
        "type": "python",
        "module": "cowbane.world",
        "func": "say",
        "arguments": {"word": word},
    }
    return {"type": "action", "name": name or word, "provider": provider, **more}


def named(module: str, keys: dict[str, Json] | None = None, **said: Json) -> Json:
    provider: Json = {"type": "python", "module": f"extensions.{module}", "arguments": said}
    return {"name": module, "provider": provider, **(keys or {})}


def test_every_hook_is_called_in_its_order_around_every_level() -> None:
    world = World()
    on: Json = {"type": "probe", "name": "on", "tolerance": True, "provider": _is_on("a")}
    hypothesis: Json = {"title": "lights", "probes": [on]}
    made = read(
        says("${added}", "act"),
        rollbacks=[says("back")],
        controls=[named("recording", word="w")],
        extensions=[{"name": "x"}],
        **{"steady-state-hypothesis": hypothesis},
    )
    journal = run(made, world.host(settings={"some": "settings"}))
    assert journal.outcome is Outcome.PASSED
    assert recording.told == [
        "configure",
        "before experiment",
        "before hypothesis",
        "before on",
        "event start on",
        "after on succeeded",
        "after hypothesis True",
        "before method",
        "before act",
        "event start act",
        "after act succeeded",
        "after method 1",
        "before hypothesis",
        "before on",
        "event start on",
        "after on succeeded",
        "after hypothesis True",
        "before rollback",
        "before back",
        "event start back",
        "after back succeeded",
        "after rollback 1",
        "after experiment completed",
        "clean up",
        "event finish completed",
    ]
    assert world.told == ["look a", "by the control", "look a", "back"]
    assert recording.given["word"] == "w"
    assert recording.given["settings"] == {"some": "settings"}
    assert recording.given["extensions"] == [{"name": "x"}]
    assert journal.warnings == ("event handler Handler, method_completed: RuntimeError: a broken handler",)


def _is_on(name: str) -> Json:
    return {"type": "python", "module": "cowbane.world", "func": "is_on", "arguments": {"name": name}}


def test_a_control_named_twice_is_called_once() -> None:
    made = read(says("x", controls=[named("recording")]), controls=[named("recording")])
    run(made, World().host(controls=(control("recording"), control("changing"))))
    assert recording.told.count("before x") == 1


SIDES: list[tuple[str, list[str]]] = [("before", ["before x"]), ("after", ["after x succeeded"])]


@pytest.mark.parametrize(("scope", "told"), SIDES)
def test_a_scope_is_one_side(scope: str, told: list[str]) -> None:
    run(read(says("x", controls=[named("recording", {"scope": scope})])), World().host())
    assert [each for each in recording.told if each.startswith(("before x", "after x"))] == told


def test_one_that_is_not_automatic_stands_where_it_is_named() -> None:
    shy = named("recording", {"automatic": False})
    run(read(says("x"), says("y", controls=[{"ref": "recording"}]), controls=[shy]), World().host())
    assert "before y" in recording.told
    assert "before x" not in recording.told
    assert "before method" not in recording.told
    assert "before experiment" in recording.told


def test_a_control_may_change_what_is_about_to_run() -> None:
    world = World()
    run(read(says("x", controls=[named("changing", what="say", word="y")])), world.host())
    assert world.told == ["y"]


def test_an_activity_that_a_control_bypasses_is_not_run() -> None:
    world = World()
    journal = run(read(says("x", controls=[named("changing", what="bypass")]), says("y")), world.host())
    assert journal.outcome is Outcome.PASSED
    assert world.told == ["y"]


def test_an_activity_that_a_control_puts_in_is_run_too() -> None:
    world = World()
    run(read(says("x", controls=[named("changing", what="repeat")]), says("y")), world.host())
    assert world.told == ["x", "x", "y"]


def test_what_a_control_breaks_fails_and_says_so() -> None:
    world = World()
    journal = run(read(says("x", controls=[named("changing", what="break")])), world.host())
    assert journal.outcome is Outcome.ACTION_ERROR
    assert "a control made of it what cannot be read" in journal.reason
    assert world.told == []


FAILURES = [
    ("fail", "control changing, before_activity_control: ValueError: no idea"),
    ("leave", "control changing, before_activity_control: SystemExit: 3"),
]


@pytest.mark.parametrize(("what", "said"), FAILURES)
def test_what_a_control_raises_is_a_warning_and_the_run_goes_on(what: str, said: str) -> None:
    world = World()
    journal = run(read(says("x", controls=[named("changing", what=what)])), world.host())
    assert journal.outcome is Outcome.PASSED
    assert journal.warnings == (said,)
    assert world.told == ["x"]


INTERRUPTIONS = [
    ("changing", {"what": "interrupt"}, []),
    ("changing", {"what": "interrupt after"}, ["x", "back"]),
    ("configuring", {"what": "interrupt"}, []),
]


@pytest.mark.parametrize(("module", "said", "told"), INTERRUPTIONS)
def test_a_control_may_end_the_run(module: str, said: dict[str, Json], told: list[str]) -> None:
    world = World()
    made = read(says("x"), says("y"), rollbacks=[says("back")], controls=[named(module, None, **said)])
    journal = run(made, world.host())
    assert journal.outcome is Outcome.INTERRUPTED
    assert journal.reason.startswith(f"control {module}: ")
    assert world.told == told


def test_a_control_never_stands_in_the_way_of_a_rollback() -> None:
    world = World()
    back = says("back", controls=[named("changing", what="interrupt")])
    journal = run(read(says("x"), rollbacks=[back]), world.host())
    assert world.told == ["x", "back"]
    assert journal.outcome is Outcome.PASSED
    assert journal.warnings == ("control changing, before_activity_control: Enough: seen enough",)


def test_a_control_that_cannot_be_configured_is_left_out() -> None:
    journal = run(read(says("x"), controls=[named("configuring")]), World().host())
    assert journal.warnings == ("control configuring, configure_control: LookupError: no such service",)


def test_a_module_that_is_not_there_is_a_warning() -> None:
    journal = run(read(says("x"), controls=[named("nowhere")]), World().host())
    assert journal.outcome is Outcome.PASSED
    assert "extensions.nowhere cannot be imported" in journal.warnings[0]


def test_a_module_without_hooks_is_a_warning() -> None:
    gone: Json = {"name": "json", "provider": {"type": "python", "module": "json"}}
    journal = run(read(says("x"), controls=[gone]), World().host())
    assert journal.warnings == ("control json: json has no hook, e.g. before_experiment_control",)


def test_a_policy_that_does_not_allow_it_refuses_the_run() -> None:
    world = World()
    policy = replace(Policy.laptop(), controls=())
    journal = run(read(says("x"), controls=[named("recording")]), world.host(policy=policy))
    assert journal.outcome is None
    assert recording.told == world.told == []


def test_no_secret_that_a_control_tells_is_in_the_journal() -> None:
    secrets: Json = {"api": {"token": "canary-4711-canary"}}
    made = read(
        says("x", controls=[named("changing", what="say", word="canary-4711-canary")]), secrets=secrets
    )
    assert "canary-4711-canary" not in run(made, World().host()).as_json()


def test_a_control_of_the_host_is_around_every_run() -> None:
    run(read(says("x")), World().host(controls=(control("recording"),)))
    assert "before method" in recording.told
