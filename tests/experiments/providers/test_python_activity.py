"""A function gets what the file says and, if ours, what its types ask for; what it raises is a sentence."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from experiments.chance import Draw
from experiments.clock import Clock, FixedClock
from experiments.engine.stop import Interrupted, Stop
from experiments.failures import ActivityFailed, SteadyStateNotMet
from experiments.faults.injection import Faults, RunIdentity, StepFaults
from experiments.faults.intent import NotPermitted
from experiments.faults.memory import MemoryIntents
from experiments.format.secrets import resolve_secrets
from experiments.model import Json, PythonProvider
from experiments.policy import Policy
from experiments.providers.python import call, takes_faults
from experiments.providers.surroundings import Step, Surroundings

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Cluster:
    """What a host may offer."""


def library(function: Callable[..., Any]) -> Callable[[str, str], Callable[..., Any] | None]:
    return lambda module, _func: function if module == "cowbane.it" else None


def surroundings(function: Callable[..., Any] = print, **more: Any) -> Surroundings:
    settings: dict[str, Any] = {
        "stop": Stop(),
        "clock": FixedClock(NOON),
        "policy": Policy.laptop(),
        "resolve": library(function),
        "injectables": {Cluster: Cluster()},
    }
    return Surroundings(**{**settings, **more})


def step(around: Surroundings) -> Step:
    identity = RunIdentity(run="r", epoch=1, queue="q", cluster="c", expires=NOON)
    faults = Faults(identity=identity, log=MemoryIntents(), clock=around.clock, stop=around.stop)
    return Step(name="method-0", faults=faults.at("method-0"), draw=Draw(b"s"))


def ours(function: Callable[..., Any], **arguments: Json) -> object:
    around = surroundings(function)
    return call(PythonProvider(module="cowbane.it", func="it", arguments=arguments), around, step(around))


def theirs(func: str, around: Surroundings | None = None, **more: Any) -> object:
    around = around or surroundings()
    return call(PythonProvider(module="foreign_activities", func=func, **more), around, step(around))


@pytest.fixture(autouse=True)
def foreign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module written for Chaos Toolkit, and one that cannot be imported."""
    (tmp_path / "foreign_activities.py").write_text(
        """
import sys
from dataclasses import dataclass
from functools import partial
class ActivityFailed(Exception): ...
class InterruptExecution(Exception): ...
from os import system
from subprocess import run as started
VALUE = 3
def echo(*args, **kwargs): return kwargs
def given(word, configuration=None, secrets=None): return [word, configuration, secrets]
def failing(): raise ActivityFailed("no\\nsuch pod")
def wrong(): raise KeyError("x")
def leave(): sys.exit(4)
def interrupt(): raise InterruptExecution("enough")
def typed(*, faults=None, stop=None): return [faults, stop]
def add(a, b): return a + b
@dataclass
class Counter:
    n: int
    @classmethod
    def from_one(cls, b): return cls(1)(b)
    def __call__(self, b): return self.n + b
    def bound(self, b): return self.n + b
part, counter, from_one = partial(partial(add), 1), Counter(1), Counter.from_one
bound, length, theirs = counter.bound, [1, 1].__len__, partial(system)
"""
    )
    (tmp_path / "broken_activities.py").write_text("raise RuntimeError('boom')")
    (tmp_path / "leaving_activities.py").write_text("import sys; sys.exit(1)")
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in ("foreign_activities", "broken_activities", "leaving_activities"):
        monkeypatch.delitem(sys.modules, name, raising=False)


def test_our_functions_are_given_what_their_types_ask_for() -> None:
    def it(
        word: str,
        *,
        faults: StepFaults,
        draw: Draw,
        stop: Stop,
        clock: Clock,
        cluster: Cluster,
        more: str = "kept",
    ) -> list[object]:
        return [word, faults.step, type(draw), type(stop), type(clock), type(cluster), more]

    assert ours(it, word="x") == ["x", "method-0", Draw, Stop, FixedClock, Cluster, "kept"]


def test_a_file_cannot_pass_what_the_engine_passes() -> None:
    def it(*, stop: Stop) -> bool:
        return isinstance(stop, Stop)

    assert ours(it, stop="mine") is True


def test_functions_of_others_are_passed_nothing_by_type() -> None:
    assert theirs("typed") == [None, None]


def test_configuration_and_secrets_are_passed_as_chaos_toolkit_does() -> None:
    secrets, _ = resolve_secrets({"k8s": {"token": "t", "user": "u"}, "other": {"x": "y"}}, {})
    around = surroundings(configuration={"a": 1}, secrets=secrets, names={"w": "word", "a": 1})
    given = theirs("given", around, arguments={"word": "${w}"}, secrets=("k8s",))
    assert given == ["word", {"a": 1}, {"token": "t", "user": "u"}]
    assert theirs("given", around, arguments={"word": "x"}) == ["x", {"a": 1}, None]


@pytest.mark.parametrize(
    ("func", "sentence"),
    [
        ("failing", "^no such pod$"),
        ("wrong", "^KeyError: 'x'$"),
        ("leave", "tried to end the process with 4"),
        ("no_such", "foreign_activities has no function 'no_such'"),
        ("VALUE", "foreign_activities has no function 'VALUE'"),
    ],
)
def test_whatever_a_function_raises_is_one_sentence(func: str, sentence: str) -> None:
    with pytest.raises(ActivityFailed, match=sentence):
        theirs(func)


@pytest.mark.parametrize("module", ["broken_activities", "leaving_activities", "no_such_module"])
def test_a_module_that_cannot_be_imported_is_one_sentence(module: str) -> None:
    around = surroundings()
    with pytest.raises(ActivityFailed, match=f"{module} cannot be imported"):
        call(PythonProvider(module=module, func="it"), around, step(around))


def test_a_request_to_interrupt_ends_the_run_with_its_words() -> None:
    around = surroundings()
    with pytest.raises(Interrupted, match="enough"):
        theirs("interrupt", around)
    assert around.stop.reason == "enough"


@pytest.mark.parametrize("raised", [SteadyStateNotMet("no"), NotPermitted("halted"), Interrupted("stop")])
def test_what_our_functions_say_to_the_engine_arrives_as_it_is(raised: BaseException) -> None:
    def it() -> None:
        raise raised

    with pytest.raises(type(raised)) as arrived:
        ours(it)
    assert arrived.value is raised


def test_nothing_is_imported_that_the_policy_does_not_allow() -> None:
    with pytest.raises(ActivityFailed, match="does not allow the module 'foreign_activities'"):
        theirs("echo", surroundings(policy=Policy()))
    assert "foreign_activities" not in sys.modules


@pytest.mark.parametrize("func", ["system", "started", "__class__", "__dir__"])
def test_what_an_allowed_module_imports_itself_is_not_allowed_by_it(func: str) -> None:
    around = surroundings(policy=Policy(modules=("foreign_activities",)))
    with pytest.raises(ActivityFailed, match=rf"does not allow foreign_activities\.{func}: it comes from"):
        theirs(func, around)
    assert theirs("echo", around) == {}


@pytest.mark.parametrize("func", ["part", "counter", "from_one", "bound"])
@pytest.mark.parametrize("modules", ["*", "foreign_activities"])
def test_whatever_can_be_called_is_a_function_and_comes_from_where_its_code_is(
    func: str, modules: str
) -> None:
    around = surroundings(policy=Policy(modules=(modules,)))
    assert theirs(func, around, arguments={"b": 1}) == 2


def test_a_method_without_a_signature_or_a_module_is_called_where_everything_is_allowed() -> None:
    assert theirs("length") == 2


def test_a_part_of_a_foreign_function_is_as_foreign() -> None:
    around = surroundings(policy=Policy(modules=("foreign_activities", "functools")))
    with pytest.raises(
        ActivityFailed, match=r"does not allow foreign_activities\.theirs: it comes from 'posix'"
    ):
        theirs("theirs", around)


def test_a_name_of_ours_is_never_imported_from_elsewhere() -> None:
    around = surroundings(policy=Policy.laptop())
    with pytest.raises(ActivityFailed, match="is not in the library of this version"):
        call(PythonProvider(module="chaosk8s.node.actions", func="x"), around, step(around))


@pytest.mark.parametrize(
    ("arguments", "allowed"),
    [({"ns": "shop"}, True), ({"ns": "bank"}, False), ({"ns": "${n}"}, False), ({}, False)],
)
def test_namespaces_are_held_to_the_policy_after_substitution(
    arguments: dict[str, Json], allowed: bool
) -> None:
    def it(ns: str = "default") -> str:
        return ns

    around = surroundings(it, policy=Policy(namespaces=("shop",)), names={"n": "bank"})
    provider = PythonProvider(module="cowbane.it", func="it", arguments=arguments)
    if allowed:
        assert call(provider, around, step(around)) == "shop"
        return
    with pytest.raises(ActivityFailed, match="does not allow the namespace"):
        call(provider, around, step(around))


def test_only_a_function_of_ours_that_takes_faults_changes_things_through_them() -> None:
    def with_faults(*, faults: StepFaults) -> None: ...

    def without() -> None: ...

    provider = PythonProvider(module="cowbane.it", func="it")
    assert takes_faults(provider, library(with_faults))
    assert not takes_faults(provider, library(without))
    assert not takes_faults(PythonProvider(module="os", func="kill"), library(with_faults))
