"""The schemas of the repo's files describe what their readers take, and say what each key means."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from json_schema import objections
from repos import SHOP

from experiments.model import Json
from scheduler.repo.file_schemas import MEANINGS, schedules_schema, settings_schema
from scheduler.repo.keys import ENFORCED

SETTINGS = """
version: 1
armed: true
defaults: { timezone: Europe/Madrid, start_within: 10m, overlap: skip, deadline: 30m }
queues: { shop: { namespaces: [shop], owners: [team], schedules: ["schedules/*"] } }
limits: { cluster: { concurrent: 3 }, namespace: { concurrent: 1 } }
protected: { namespaces: [kube-system] }
calendars:
  office: { days: mon-fri, between: "09:00-17:00" }
  freeze: { days: [sat, sun], dates: ["2026-12-24", "2026-12-20..2027-01-06"] }
notifications: [{ type: log, events: [run-failed] }]
"""
SCHEDULES = """
schedules:
  kill-any-pod:
    experiment: health.yaml
    queue: shop
    owner: team
    when: { random: { times: 3, per: day, min_gap: 1h } }
    during: [office]
    not_during: [freeze]
    with: { percentage: 30 }
    timezone: UTC
    start_within: 5m
    overlap: skip
    deadline: 1h
    armed: false
"""


def keys(schema: Any, part: Any, path: str = "") -> set[str]:
    """Every key that a schema knows, as `keys.ENFORCED` names them."""
    if "$ref" in part:
        return keys(schema, schema["$defs"][part["$ref"].rpartition("/")[2]], path)
    found = set().union(*(keys(schema, each, path) for each in part.get("anyOf", ())), set())
    for name, value in part.get("properties", {}).items():
        inner = f"{path}.{name}".lstrip(".")
        found |= {inner} | keys(schema, value, inner)
    more = part.get("additionalProperties")
    return found | (keys(schema, more, f"{path}.*") if isinstance(more, dict) else set())


@pytest.mark.parametrize("text", [SETTINGS, (SHOP / "cowbane.yaml").read_text()])
def test_settings_that_load_fit(text: str) -> None:
    assert objections(settings_schema(), yaml.safe_load(text)) == []


@pytest.mark.parametrize("text", [SCHEDULES, *(each.read_text() for each in SHOP.glob("schedules/*.yaml"))])
def test_schedules_that_load_fit(text: str) -> None:
    assert objections(schedules_schema(), yaml.safe_load(text)) == []


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("version",), 2),
        (("armed",), "yes"),
        (("armd",), True),
        (("defaults", "start_within"), "10"),
        (("defaults", "overlap"), "queue"),
        (("queues", "shop", "namespaces"), ["Shop"]),
        (("limits", "cluster", "concurrent"), 0),
        (("calendars", "office", "between"), "9-17"),
        (("calendars", "freeze", "dates"), ["christmas"]),
    ],
)
def test_settings_that_are_broken_do_not_fit(place: tuple[str, ...], value: Json) -> None:
    assert objections(settings_schema(), changed(SETTINGS, place, value))


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("schedules", "kill-any-pod", "when"), {"random": {"per": "week"}}),
        (("schedules", "kill-any-pod", "when"), {"crn": "* * * * *"}),
        (("schedules", "kill-any-pod", "experiment"), None),
        (("schedules", "kill-any-pod", "deadline"), 30),
        (("schedules", "Kill"), {}),
        (("schedule",), {}),
    ],
)
def test_schedules_that_are_broken_do_not_fit(place: tuple[str, ...], value: Json) -> None:
    assert objections(schedules_schema(), changed(SCHEDULES, place, value))


def changed(text: str, place: tuple[str, ...], value: Json) -> Any:
    data = inner = yaml.safe_load(text)
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    return data


def test_the_schemas_have_exactly_the_keys_that_are_enforced() -> None:
    known = keys(settings_schema(), settings_schema()) | keys(schedules_schema(), schedules_schema())
    inner = {key for key in known if not any(other.startswith(f"{key}.") for other in known)}
    assert inner - {"schedules.*.with"} == set(ENFORCED) - {"schedules.*.with"}


def test_every_key_is_explained() -> None:
    assert set(ENFORCED) <= set(MEANINGS)
