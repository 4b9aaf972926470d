"""A journal can be read by whoever reads Chaos Toolkit's, and is always JSON."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from uuid import UUID

import pytest
from chaoslib.experiment import run_experiment
from small_world import World, action, experiment, probe

from experiments.engine.run import run
from experiments.faults.injection import Injection
from experiments.faults.intent import Intent, Target, UndoKind
from experiments.journal import STATUS, hits
from experiments.model import Json, Outcome
from experiments.plain import plain

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
    assert isinstance(ours["steady_states"], dict)
    assert set(theirs["steady_states"]) <= set(ours["steady_states"])


def test_every_outcome_has_a_status_that_readers_know() -> None:
    assert set(STATUS) == {*Outcome, None}
    assert set(STATUS.values()) == {"completed", "failed", "aborted", "interrupted"}


class Colour(Enum):
    RED = "red"


class Unspeakable:
    def __repr__(self) -> str:
        raise RuntimeError("no words")


CIRCLE: list[object] = [1]
CIRCLE.append(CIRCLE)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, None),
        (1.5, 1.5),
        (float("nan"), "nan"),
        ((1, "a"), [1, "a"]),
        ({2, 1}, [1, 2]),
        ({1: {"a": b"x"}}, {"1": {"a": "x"}}),
        ({(1, 2): 3}, {"[1, 2]": 3}),
        (datetime(2026, 1, 2, tzinfo=UTC), "2026-01-02T00:00:00+00:00"),
        (date(2026, 1, 2), "2026-01-02"),
        (Decimal("1.10"), "1.10"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (Colour.RED, "red"),
        (ValueError("x"), "ValueError('x')"),
        (Unspeakable(), "<Unspeakable that cannot be shown: RuntimeError>"),
        (CIRCLE, [1, "<contains itself>"]),
        (b"\xff", "\ufffd"),
    ],
)
def test_any_value_becomes_json_data(value: object, said: Json) -> None:
    assert plain(value) == said
    json.dumps(plain(value))


def test_what_a_function_returns_never_breaks_the_journal() -> None:
    host = World().host(resolve=lambda _module, _func: Unspeakable)
    journal = run(experiment(action("anything")), host)
    written = json.loads(journal.as_json(indent=2))
    assert written["outcome"] == "passed"
    assert "cannot be shown" in written["run"][0]["output"]
