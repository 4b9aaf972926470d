"""Of controls with one name one is meant: the host's, or else the nearest."""

from __future__ import annotations

import pytest
from written_controls import control, named, read, says

from experiments.controls.declared import Declared
from experiments.controls.hook import Level
from experiments.model import Json

NEAR: list[Json] = [named("recording", word="near"), named("odd")]
FAR: list[Json] = [named("changing"), named("recording", word="far")]

CASES: list[tuple[str, list[Json], list[tuple[str, Json]]]] = [
    ("", [], [("changing", None), ("recording", "far")]),
    ("", NEAR, [("changing", None), ("recording", "near"), ("odd", None)]),
    ("recording", NEAR, [("recording", "host"), ("changing", None), ("odd", None)]),
    ("odd", [], [("odd", "host"), ("changing", None), ("recording", "far")]),
]


@pytest.mark.parametrize(("host", "near", "called"), CASES)
def test_each_name_once(host: str, near: list[Json], called: list[tuple[str, Json]]) -> None:
    made = read(says("x", controls=near), controls=FAR)
    hosts = (control(host, word="host"),) if host else ()
    found = Declared(hosts, made).at(Level.ACTIVITY, made.method[0].controls)
    assert [(each.name, each.provider.arguments.get("word")) for each in found] == called
