"""Experiments as text in tests: read as a person's file is, and told as a person is told."""

from __future__ import annotations

from textwrap import dedent

from experiments.format.document import Document, parse_document
from experiments.format.reader import read_experiment
from experiments.model import Experiment

HEAD = "title: t\ndescription: d\n"
PROVIDER = "provider: {type: python, module: os.path, func: exists, arguments: {path: /}}"
PROBE = f"type: probe, name: p, {PROVIDER}"
ACTION = f"type: action, name: a, {PROVIDER}"


def document(text: str) -> Document:
    """The text as Chaos Toolkit reads it; it must be readable."""
    result = parse_document(dedent(text), name="f", as_chaos_toolkit=True)
    assert isinstance(result, Document), [str(problem) for problem in result]
    return result


def told(text: str) -> list[str]:
    """Errors and warnings, as a person sees them."""
    return [str(problem) for problem in read_experiment(document(text))[1]]


def read(text: str) -> Experiment:
    """The experiment; it must load."""
    experiment, problems = read_experiment(document(text))
    assert experiment, [str(problem) for problem in problems]
    return experiment


def in_method(activity: str, more: str = "") -> str:
    """A file of which the method's only activity stands at line 4, column 3."""
    return f"{HEAD}method:\n- {activity}\n{more}"


def in_hypothesis(probe: str, more: str = "") -> str:
    """A file of which the hypothesis' only probe stands at line 7, column 5."""
    return f"{HEAD}method: []\nsteady-state-hypothesis:\n  title: h\n  probes:\n  - {probe}\n{more}"
