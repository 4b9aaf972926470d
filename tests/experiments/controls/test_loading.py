"""Hooks around the loading may change an experiment before it is judged."""

from __future__ import annotations

from experiments.controls.loading import loaded
from experiments.engine.stop import Stop
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
