"""Hooks around the loading may change an experiment before it is judged."""

from __future__ import annotations

import pytest
from extensions import around_loading
from written_controls import control

from experiments.controls.loading import loaded
from experiments.engine.stop import Interrupted, Stop
from experiments.format.document import Document, parse_document
from experiments.format.problem import Problem
from experiments.model import Control, PythonProvider
from experiments.policy import Policy

CHANGING = Control(name="c", provider=PythonProvider(module="extensions.changing", func=""))
TEXT = "title: t\ndescription: d\nmethod: []\n"


def _loaded(text: str, *controls: Control, policy: Policy | None = None) -> tuple[object, list[str]]:
    said: list[str] = []

    def read() -> Document | list[Problem]:
        return parse_document(text, name="f")

    document = loaded(
        "a.yaml", read, controls, policy=policy or Policy.laptop(), stop=Stop(), warn=said.append
    )
    return document.data if isinstance(document, Document) else document, said


def test_what_is_read_is_what_the_hooks_leave() -> None:
    data, said = _loaded(TEXT, CHANGING)
    assert isinstance(data, dict)
    assert data["title"] == "t, from a.yaml"
    assert said == []


def test_without_controls_it_is_what_stands_in_the_file() -> None:
    data, _ = _loaded(TEXT)
    assert isinstance(data, dict)
    assert data["title"] == "t"


def test_what_cannot_be_read_stays_so() -> None:
    problems, _ = _loaded("[", CHANGING)
    assert isinstance(problems, list)
    assert len(problems) == 1


def test_a_control_that_is_not_allowed_changes_nothing() -> None:
    data, said = _loaded(TEXT, CHANGING, policy=Policy())
    assert isinstance(data, dict)
    assert data["title"] == "t"
    assert "does not allow module 'extensions.changing'" in said[0]


@pytest.fixture(autouse=True)
def _nothing_told_yet() -> None:
    around_loading.told.clear()


def _around(what: str, text: str = TEXT) -> tuple[object, list[str]]:
    said: list[str] = []
    document = loaded(
        "a.yaml",
        lambda: parse_document(text, name="f"),
        (control("around_loading", what=what),),
        policy=Policy.laptop(),
        stop=Stop(),
        warn=said.append,
        settings={"title": "of home"},
    )
    return document.data if isinstance(document, Document) else document, said


def test_hooks_are_told_the_source_and_the_settings_and_what_was_read() -> None:
    data, _ = _around("rewrite")
    assert around_loading.told == ["before a.yaml", "after a.yaml t {} {} {'title': 'of home'}"]
    assert isinstance(data, dict)
    assert data["title"] == "of home"


def test_a_hook_that_fails_is_a_warning_and_the_file_is_read() -> None:
    data, said = _around("fail")
    assert isinstance(data, dict)
    assert said == ["control around_loading, before_loading_experiment_control: LookupError: no registry"]


def test_a_hook_may_end_it_before_the_file_is_read() -> None:
    with pytest.raises(Interrupted, match=r"^control around_loading: not today$"):
        _around("interrupt")
    assert around_loading.told == ["before a.yaml"]


def test_a_file_that_cannot_be_read_is_told_as_nothing() -> None:
    _around("", "[")
    assert around_loading.told[1].startswith("after a.yaml None")
