"""Whether an experiment could run: its text, its shape, and every activity it names.

Nothing that a file names is imported or run here, except the signatures of our own library.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from importlib.util import find_spec

from experiments.format.availability import check_availability
from experiments.format.document import Document
from experiments.format.durations import check_durations
from experiments.format.findings import Findings, in_order
from experiments.format.items import provider_items
from experiments.format.library import Library
from experiments.format.problem import Problem, Severity
from experiments.format.reader import read_experiment
from experiments.format.usage import check_program, check_usage


def is_installed(module: str) -> bool:
    """Whether the top-level package of a module can be found; it is not imported."""
    try:
        return find_spec(module.partition(".")[0]) is not None
    except (ImportError, ValueError):
        return False


def check_experiment(
    document: Document,
    library: Library,
    *,
    deadline: float | None = None,
    installed: Callable[[str], bool] = is_installed,
    which: Callable[[str], str | None] = shutil.which,
) -> list[Problem]:
    """Every problem of the file, in its order; with a deadline in seconds, whether the file can keep it.

    What is known but not available in this version is a warning here, see `unavailable`.
    """
    experiment, problems = read_experiment(document)
    findings = Findings(document)
    for place, provider in provider_items(document.data):
        if provider.get("type") == "python":
            check_usage(findings, provider, place, library, installed)
        elif provider.get("type") == "process":
            check_program(findings, provider, place, which)
    check_availability(findings, document.data, library, Severity.WARNING)
    if experiment and deadline is not None:
        check_durations(findings, experiment, deadline)
    return in_order([*problems, *findings.problems()])


def unavailable(document: Document, library: Library) -> list[Problem]:
    """What the format knows and this version cannot do yet, as errors: reasons not to run the file."""
    findings = Findings(document)
    check_availability(findings, document.data, library, Severity.ERROR)
    return findings.problems()
