from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from timing import OFFICE, utc

from experiments.model import Json
from workers.guards.all import GOING_ON, GUARDS, Guard, first_refusal
from workers.guards.armed import is_dry
from workers.guards.facts import Facts
from workers.guards.namespaces import named_namespaces
from workers.ledger.records import Halt, Order

MONDAY_TEN = utc("2026-11-23T09:00:00")
DOCUMENT: dict[str, Json] = {
    "configuration": {"where": "go-demo-8", "from_env": {"type": "env", "key": "NS"}},
    "method": [
        {"type": "action", "provider": {"type": "python", "arguments": {"ns": "${where}", "name": "x"}}},
    ],
}
WITHOUT_NAMESPACE: dict[str, Json] = {
    "method": [
        {"provider": {"type": "python", "module": "chaosk8s.pod.actions", "func": "terminate_pods"}},
    ],
}
ORDER = Order(
    run_id="kill-20261123t090000z",
    schedule="kill",
    nominal=int(MONDAY_TEN.timestamp() * 1000),
    queue="shop",
    owner="team-shop",
    cluster="test",
    experiment="experiments/kill.yaml",
    document=DOCUMENT,
    revision="r",
    namespaces=("go-demo-8",),
    protected=("kube-system",),
    during=(OFFICE.to_data(),),
    timezone="Europe/Madrid",
    armed=True,
)
FACTS = Facts(now=MONDAY_TEN, halt=None, armed_by_repo=True, other_reapers=1, cluster="test")


def test_a_run_that_every_guard_allows_is_not_refused() -> None:
    assert first_refusal(ORDER, FACTS) is None


@pytest.mark.parametrize(
    ("order", "facts", "said"),
    [
        pytest.param(
            ORDER,
            replace(FACTS, now=MONDAY_TEN + timedelta(minutes=10, seconds=1)),
            "too late: kill of team-shop was due at 2026-11-23 09:00:00Z, 601 s ago,"
            " and may start within 600 s",
            id="start_within",
        ),
        pytest.param(
            replace(ORDER, start_within=86400.0),
            replace(FACTS, now=MONDAY_TEN + timedelta(hours=8)),
            "outside its window: kill of team-shop may act during office (Europe/Madrid) and it is"
            " Mon 2026-11-23 18:00; next allowed: Tue 2026-11-24 09:00",
            id="window",
        ),
        pytest.param(
            replace(ORDER, not_during=(OFFICE.to_data(),)), FACTS, "not within a year", id="never again"
        ),
        pytest.param(
            replace(ORDER, namespaces=("go-demo-8", "kube-system")),
            FACTS,
            "protected: the repo protects kube-system",
            id="protected",
        ),
        pytest.param(
            replace(ORDER, values={"where": "kube-system"}, namespaces=("kube-system",)),
            FACTS,
            "protected: the repo protects kube-system",
            id="protected wins over the queue",
        ),
        pytest.param(
            replace(ORDER, values={"where": "other"}),
            FACTS,
            "not its namespace: experiments/kill.yaml of team-shop names other, and queue shop may act"
            " in go-demo-8",
            id="ownership",
        ),
        pytest.param(
            replace(ORDER, values={"where": ""}),
            FACTS,
            "names every namespace, and queue shop may act in go-demo-8",
            id="an empty name is the whole cluster",
        ),
        pytest.param(
            replace(ORDER, document=WITHOUT_NAMESPACE),
            FACTS,
            "names default, and queue shop may act in go-demo-8",
            id="a default counts as named",
        ),
        pytest.param(
            replace(ORDER, namespaces=()), FACTS, "may act in no namespace", id="empty means nothing"
        ),
        pytest.param(
            ORDER,
            replace(FACTS, other_reapers=0),
            "nobody could undo after a crash: no other reaper of queue shop was heard within 15 s",
            id="reapers",
        ),
    ],
)
def test_a_refusal_is_one_sentence_with_rule_numbers_and_owner(order: Order, facts: Facts, said: str) -> None:
    refusal = first_refusal(order, facts)
    assert refusal is not None
    assert said in refusal
    assert "\n" not in refusal
    assert "team-shop" in refusal


@pytest.mark.parametrize("guards", [GUARDS, GOING_ON])
@pytest.mark.parametrize(
    ("until", "reason", "said"),
    [
        (None, "release day", "until somebody resumes: release day"),
        (utc("2026-11-23T10:30:00"), "", "until 2026-11-23 10:30:00 UTC"),
    ],
)
def test_a_halt_refuses_first_and_says_who_until_when_and_why(
    guards: tuple[Guard, ...], until: datetime | None, reason: str, said: str
) -> None:
    since = int(utc("2026-11-23T08:59:00").timestamp() * 1000)
    end = int(until.timestamp() * 1000) if until else None
    facts = replace(FACTS, halt=Halt(since=since, until=end, by="ann@laptop", reason=reason), other_reapers=0)
    refusal = first_refusal(replace(ORDER, namespaces=()), facts, guards)
    assert refusal == f"halted by ann@laptop since 2026-11-23 08:59:00 UTC {said}"


def test_a_worker_alone_injects_only_when_told_that_it_is_solo() -> None:
    assert first_refusal(ORDER, replace(FACTS, other_reapers=0, solo=True)) is None


def test_a_run_that_has_started_in_time_may_go_on_later() -> None:
    later = replace(FACTS, now=MONDAY_TEN + timedelta(minutes=30))
    assert first_refusal(ORDER, later, GOING_ON) is None


@pytest.mark.parametrize(
    ("order_armed", "repo_armed", "dry"),
    [(True, True, False), (True, False, True), (False, True, True), (False, False, True)],
)
def test_a_run_is_dry_unless_order_and_repo_are_armed(order_armed: bool, repo_armed: bool, dry: bool) -> None:
    order, facts = replace(ORDER, armed=order_armed), replace(FACTS, armed_by_repo=repo_armed)
    assert is_dry(order, facts) is dry


@pytest.mark.parametrize(
    ("text", "values", "namespace"),
    [
        ("go-demo-8", {}, "go-demo-8"),
        ("${where}", {}, "go-demo-8"),
        ("${where}", {"where": "other"}, "other"),
        ("${where}-x", {}, "go-demo-8-x"),
        ("${from_env}", {}, None),
        ("${from_env}", {"from_env": "given"}, "given"),
        ("${nobody}", {}, None),
    ],
)
def test_a_namespace_is_known_as_far_as_the_file_tells(
    text: str, values: dict[str, str], namespace: str | None
) -> None:
    provider: Json = {"type": "python", "arguments": {"ns": text}}
    named = named_namespaces({**DOCUMENT, "method": [{"provider": provider}]}, values)
    assert [each.namespace for each in named] == [namespace]
    assert named[0].place == ("method", 0, "provider", "arguments", "ns")
