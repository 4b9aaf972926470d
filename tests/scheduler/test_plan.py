from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from repos import SHOP
from timing import utc

from scheduler.plan import milliseconds, order, plan
from scheduler.repo.load import load
from scheduler.repo.model import Repo
from scheduler.when.fires import next_fire
from workers.ledger.records import Order

START = utc("2026-11-23T00:00:00")
END = START + timedelta(days=7)
SEED = b"a seed that nobody can guess"


def _repo() -> Repo:
    repo, _ = load(SHOP)
    assert repo is not None
    return repo


def _planned(repo: Repo, seed: bytes = SEED) -> list[tuple[str, int]]:
    return [(fire.schedule.name, milliseconds(fire.nominal)) for fire in plan(repo, seed, START, END)]


def test_the_plan_is_in_the_order_of_time_and_the_same_at_every_call() -> None:
    planned = _planned(_repo())
    assert planned == _planned(_repo())
    assert [at for _, at in planned] == sorted(at for _, at in planned)
    assert {name for name, _ in planned} == set(_repo().schedules)


def test_the_plan_of_a_week_is_that_of_its_days() -> None:
    days = [START + timedelta(days=day) for day in range(8)]
    repo = _repo()
    parts = [fire for first, last in pairwise(days) for fire in plan(repo, SEED, first, last)]
    assert [(fire.schedule.name, milliseconds(fire.nominal)) for fire in parts] == _planned(repo)


def test_going_from_fire_to_fire_as_beat_does_meets_exactly_the_plan() -> None:
    repo = _repo()
    walked = []
    for schedule in repo.schedules.values():
        at = next_fire(schedule, SEED, START - timedelta(seconds=1))
        while at is not None and at < END:
            walked.append((schedule.name, milliseconds(at)))
            at = next_fire(schedule, SEED, at)
    assert sorted(walked) == sorted(_planned(repo))


def test_taking_a_schedule_away_changes_no_other() -> None:
    repo = _repo()
    fewer = {name: each for name, each in repo.schedules.items() if name != "disrupt-any-network"}
    left = [each for each in _planned(repo) if each[0] != "disrupt-any-network"]
    assert _planned(replace(repo, schedules=fewer)) == left


def test_an_order_holds_everything_a_worker_needs_and_survives_its_way() -> None:
    repo = _repo()
    nominal = milliseconds(utc("2026-11-23T09:00:00"))
    made = order(repo, repo.schedules["disrupt-any-network"], nominal, SEED, "test")
    assert Order.from_json(made.to_json()) == made
    assert made.run_id == "disrupt-any-network-20261123t090000z"
    assert (made.values, made.namespaces, made.armed) == ({"percentage": 30}, ("go-demo-8",), True)
    assert made.scopes == {"cluster": 3, "namespace:go-demo-8": 1}
    assert made.overlap_skip


def test_a_runs_seed_is_its_own_and_does_not_tell_the_deployments() -> None:
    repo = _repo()
    schedule = repo.schedules["kill-any-pod"]
    seeds = {order(repo, schedule, at, SEED, "test").run_seed for at in (0, 60_000)}
    seeds.add(order(repo, schedule, 0, b"another seed", "test").run_seed)
    assert len(seeds) == 3
    assert SEED.hex() not in seeds
