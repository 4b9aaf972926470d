"""An experiment on the command line: read or refused with every problem, and what `--var` sets."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from experiments.format.problem import Problem
    from experiments.format.usage import Foreign
    from experiments.model import Experiment, Json


def file_problems(path: Path, overrides: Iterable[str], foreign: Foreign) -> list[Problem]:
    """Every problem of one experiment file, also where a run of it is given values for `overrides`."""
    from experiments.format.check import check_experiment
    from experiments.format.document import Document, read_document
    from experiments.library import OurLibrary

    document = read_document(path, as_chaos_toolkit=True)
    if not isinstance(document, Document):
        return document
    return check_experiment(document, OurLibrary(), overrides=overrides, foreign=foreign)


def read_runnable(path: Path) -> Experiment:
    """The experiment; every problem and exit 2 when it cannot be run."""
    from experiments.format.check import check_experiment, unavailable
    from experiments.format.document import Document, read_document
    from experiments.format.problem import Severity
    from experiments.format.reader import read_experiment
    from experiments.library import OurLibrary

    document = read_document(path, as_chaos_toolkit=True)
    if not isinstance(document, Document):
        problems, experiment = document, None
    else:
        problems = unavailable(document, OurLibrary()) or check_experiment(document, OurLibrary())
        experiment, _ = read_experiment(document)
    for problem in problems:
        click.echo(str(problem), err=True)
    if experiment is None or any(each.severity is Severity.ERROR for each in problems):
        raise SystemExit(2)
    return experiment


def overridden(overrides: tuple[str, ...]) -> dict[str, Json]:
    """The values of `--var`; exit 2 for one that cannot be read."""
    from experiments.format.overrides import parse_overrides

    values, problems = parse_overrides(overrides)
    if problems:
        raise click.UsageError("; ".join(problems))
    return values
