"""Each key of the repo is enforced by a module that exists, and changing it changes something."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from repos import shop

from experiments.format.problem import Severity
from scheduler.plan import order, plan
from scheduler.repo.entry import ScheduleEntry
from scheduler.repo.keys import ENFORCED, NOT_YET, is_not_yet
from scheduler.repo.load import load
from scheduler.repo.settings import Part, Settings
from workers.guards.all import first_refusal
from workers.guards.facts import Facts

SETTINGS, SHOP = "cowbane.yaml", "schedules/shop.yaml"
START = datetime(2026, 11, 23, tzinfo=UTC)
#: Key -> a change of the example (file, old, new) whose effect must be seen.
CHANGES = {
    "version": (SETTINGS, "version: 1", "version: 2"),
    "armed": (SETTINGS, "armed: true", "armed: false"),
    "defaults.timezone": (SETTINGS, "Europe/Madrid", "Asia/Tokyo"),
    "defaults.start_within": (SETTINGS, "start_within: 10m", "start_within: 11m"),
    "defaults.overlap": (SETTINGS, "overlap: skip", "overlap: replace"),
    "defaults.deadline": (SETTINGS, "deadline: 30m", "deadline: 31m"),
    "queues.*.namespaces": (SETTINGS, "namespaces: [go-demo-8]", "namespaces: [other]"),
    "queues.*.owners": (SETTINGS, "owners: [team-shop]", "owners: [other]"),
    "queues.*.schedules": (SETTINGS, "owners: [team-shop]", "owners: [team-shop], schedules: [other]"),
    "limits.cluster.concurrent": (SETTINGS, "concurrent: 3", "concurrent: 4"),
    "limits.namespace.concurrent": (SETTINGS, "concurrent: 1", "concurrent: 2"),
    "protected.namespaces": (SETTINGS, "[kube-system", "[other"),
    "calendars.*.days": (SETTINGS, "mon-fri", "mon-tue"),
    "calendars.*.between": (SETTINGS, "09:00", "10:00"),
    "calendars.*.dates": (SETTINGS, "2026-12-20", "2026-11-23"),
    "notifications": (SETTINGS, "run-failed", "run-passed"),
    "schedules.*.experiment": (SHOP, "health-instances", "terminate-pod-phase"),
    "schedules.*.queue": (SHOP, "queue: go-demo-8", "queue: other"),
    "schedules.*.owner": (SHOP, "owner: team-shop", "owner: other"),
    "schedules.*.when.cron": (SHOP, "*/20", "*/30"),
    "schedules.*.when.random.times": (SHOP, "times: 3", "times: 2"),
    "schedules.*.when.random.per": (SHOP, "per: day, min_gap: 1h", "per: hour"),
    "schedules.*.when.random.min_gap": (SHOP, "min_gap: 1h", "min_gap: 2h"),
    "schedules.*.when.random.mean": (SHOP, "mean: 2d", "mean: 1h"),
    "schedules.*.during": (SHOP, "during: [office]", "during: [lunch]"),
    "schedules.*.not_during": (SHOP, "not_during: [lunch, freeze]", "not_during: [freeze]"),
    "schedules.*.with": (SHOP, "percentage: 30", "percentage: 31"),
    "schedules.*.timezone": (SHOP, "owner: team-shop", "owner: team-shop\n    timezone: Asia/Tokyo"),
    "schedules.*.start_within": (SHOP, "owner: team-shop", "owner: team-shop\n    start_within: 1m"),
    "schedules.*.overlap": (SHOP, "owner: team-shop", "owner: team-shop\n    overlap: allow"),
    "schedules.*.deadline": (SHOP, "owner: team-shop", "owner: team-shop\n    deadline: 5m"),
    "schedules.*.armed": (SHOP, "armed: false", "armed: true"),
}


def _keys(model: type[Part], prefix: str) -> Iterator[str]:
    """Every key of a model that holds a value, `*` for a name that the file chooses."""
    for name, field in model.model_fields.items():
        key = f"{prefix}{field.alias or name}"
        inner = _part(field.annotation)
        if inner is None:
            yield key
        else:
            named = str(field.annotation).startswith("dict")
            yield from _keys(inner, f"{key}.*." if named else f"{key}.")


def _part(annotation: Any) -> type[Part] | None:
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return annotation
    return next((part for part in map(_part, get_args(annotation)) if part), None)


def _behaviour(root: Path) -> list[object]:
    """What beat and a worker would do with the repo, or why it is refused."""
    repo, problems = load(root)
    if repo is None:
        return [str(each) for each in problems if each.severity is Severity.ERROR]
    fires = plan(repo, b"seed of the tests", START, START + timedelta(days=7))
    seen: list[object] = [repo.notifications]
    for fire in fires:
        made = order(repo, fire.schedule, int(fire.nominal.timestamp()) * 1000, b"seed", "test")
        facts = Facts(now=fire.nominal, halt=None, armed_by_repo=repo.armed, other_reapers=1, cluster="test")
        seen += [asdict(made) | {"revision": ""}, first_refusal(made, facts)]
    return seen


def test_every_key_of_the_files_is_in_the_table_and_no_other() -> None:
    assert {*_keys(Settings, ""), *_keys(ScheduleEntry, "schedules.*.")} == set(ENFORCED)


@pytest.mark.parametrize("module", sorted(set(ENFORCED.values())))
def test_the_module_that_enforces_a_key_exists(module: str) -> None:
    assert importlib.import_module(module).__doc__


@pytest.mark.parametrize("key", ENFORCED)
def test_changing_a_key_changes_what_happens(tmp_path: Path, key: str) -> None:
    assert _behaviour(shop(tmp_path / "changed", CHANGES[key])) != _behaviour(shop(tmp_path / "as-it-is"))


@pytest.mark.parametrize("pattern", NOT_YET)
def test_a_key_without_its_guard_is_not_among_the_enforced_ones(pattern: str) -> None:
    assert pattern not in ENFORCED
    assert is_not_yet(tuple(pattern.replace("*", "some-name").split(".")))
