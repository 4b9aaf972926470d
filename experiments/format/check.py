"""Whether an experiment could run: its text, its shape, and every activity it names.

Nothing that a file names is imported or run here, except the signatures of our own library, and other
people's modules where the caller hands in what imports them.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping

from experiments.format.availability import check_availability
from experiments.format.document import Document
from experiments.format.durations import check_durations
from experiments.format.findings import Findings, in_order
from experiments.format.installed import Installed
from experiments.format.items import control_items, provider_items
from experiments.format.library import Library
from experiments.format.problem import Problem, Severity, suggestion
from experiments.format.reader import read_experiment
from experiments.format.usage import Foreign, check_program, check_usage

_INSTALLED = Installed()
_NONE: Mapping[str, Severity] = {}


def check_experiment(
    document: Document,
    library: Library,
    *,
    deadline: float | None = None,
    overrides: Mapping[str, Severity] = _NONE,
    foreign: Foreign = _INSTALLED,
    which: Callable[[str], str | None] = shutil.which,
) -> list[Problem]:
    """Every problem of the file, in its order.

    With a deadline in seconds, whether the file can keep it; with names of overrides, whether it declares
    them, and how bad it is if not. What is known but not available in this version is a warning here, see
    `unavailable`.
    """
    experiment, problems = read_experiment(document)
    findings = Findings(document)
    _check_providers(findings, document, library, foreign, which)
    _check_controls(findings, document, foreign)
    _check_overrides(findings, document, overrides)
    check_availability(findings, document.data, library, Severity.WARNING)
    if experiment:
        check_durations(findings, experiment, deadline)
    return in_order([*problems, *findings.problems()])


def unavailable(document: Document, library: Library) -> list[Problem]:
    """What the format knows and this version cannot do yet, as errors: reasons not to run the file."""
    findings = Findings(document)
    check_availability(findings, document.data, library, Severity.ERROR)
    return [each for each in findings.problems() if each.severity is Severity.ERROR]


def _check_providers(
    findings: Findings,
    document: Document,
    library: Library,
    foreign: Foreign,
    which: Callable[[str], str | None],
) -> None:
    for place, provider in provider_items(document.data):
        module = provider.get("module")
        if provider.get("type") == "process":
            check_program(findings, provider, place, which)
        elif provider.get("type") != "python":
            continue
        elif isinstance(module, str) and library.owns(module):
            check_usage(findings, provider, place, library)
        else:
            foreign.check_activity(findings, provider, place, library)


def _check_controls(findings: Findings, document: Document, foreign: Foreign) -> None:
    for place, control in control_items(document.data):
        provider = control.get("provider") if isinstance(control, dict) else None
        if isinstance(provider, dict) and provider.get("type") == "python":
            foreign.check_control(findings, provider, (*place, "provider"))


def _check_overrides(findings: Findings, document: Document, overrides: Mapping[str, Severity]) -> None:
    configuration = document.data.get("configuration") if isinstance(document.data, dict) else None
    declared = configuration if isinstance(configuration, dict) else {}
    for name, severity in overrides.items():
        if name not in declared:
            near = suggestion(name, declared) or "; declare it there"
            tell = findings.error_at_key if severity is Severity.ERROR else findings.warning_at_key
            tell(f"configuration has no key {name!r} to override{near}", ("configuration",))
