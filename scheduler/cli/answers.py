"""What a person typed, as a value of an experiment; pure."""

from __future__ import annotations

import yaml

from experiments.format.document import Document
from experiments.format.findings import Findings, is_number
from experiments.format.library import Argument
from experiments.format.substitution import is_reference
from experiments.format.tolerance import check_tolerance
from experiments.model import Json
from experiments.plain import plain
from scheduler.cli.asking import WrongAnswer


def words(answer: str) -> str:
    """Text that says something."""
    if not answer:
        raise WrongAnswer("expected an answer, found nothing")
    return answer


def argument(asked: Argument, answer: str) -> Json:
    """The value as the function takes it: text as it was typed, everything else as YAML."""
    if not answer and asked.required:
        raise WrongAnswer(f"{asked.name} is needed: expected {asked.type}")
    value = as_yaml(answer)
    objection = asked.objection(value)
    if objection and asked.objection(answer):
        raise WrongAnswer(objection)
    return answer if objection else value


def tolerance(answer: str) -> Json:
    """What a probe must answer, in any of the shapes of a file."""
    value = as_yaml(words(answer))
    findings = Findings(Document(file="tolerance", data=value))
    check_tolerance(findings, value, ())
    for problem in findings.problems():
        raise WrongAnswer(problem.message)
    return value


def seconds(answer: str) -> Json:
    """A pause; nothing is none."""
    value = as_yaml(answer or "0")
    if is_reference(value) or (is_number(value) and float(str(value)) >= 0):
        return value
    raise WrongAnswer(f"expected seconds or ${{name}}, found {answer!r}")


def as_yaml(answer: str) -> Json:
    """As a file would have it; what YAML cannot read, or JSON cannot hold, is the text it is."""
    try:
        value = yaml.safe_load(answer)
    except (yaml.YAMLError, ValueError, RecursionError):
        return answer
    same = plain(value)
    return same if same == value else answer
