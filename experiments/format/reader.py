"""A document as an experiment: every key of the format is known here, and every problem found at once."""

from __future__ import annotations

from collections.abc import Mapping

from experiments.format.activities import read_activities
from experiments.format.controls import declared_controls, read_controls
from experiments.format.declarations import read_configuration, read_secrets
from experiments.format.document import Document
from experiments.format.expansion import Place
from experiments.format.findings import Findings
from experiments.format.items import Section
from experiments.format.naming import check_names
from experiments.format.problem import Problem
from experiments.format.remarks import read_contributions, read_extensions, read_tags
from experiments.format.runtime import read_dry, read_runtime
from experiments.model import Activity, Control, Experiment, Hypothesis, Json

_KNOWN = (
    "title",
    "description",
    "tags",
    "configuration",
    "secrets",
    "steady-state-hypothesis",
    "method",
    "rollbacks",
    "runtime",
    "controls",
    "dry",
    "extensions",
    "contributions",
)
#: Keys of the format that nothing looks at, in Chaos Toolkit neither.
_INERT = ("version",)


def read_experiment(document: Document) -> tuple[Experiment | None, list[Problem]]:
    """The experiment, None if there is an error, and every error and warning in the order of the file."""
    findings = Findings(document)
    data = findings.mapping(document.data, (), "an experiment")
    experiment = _read(findings, data) if data is not None else None
    return (None if findings.failed() else experiment), findings.problems()


def read_data(data: Json, file: str) -> tuple[Experiment | None, list[Problem]]:
    """As `read_experiment`, of plain data: for an experiment that a control wrote anew."""
    return read_experiment(Document(file=file, data=data))


def _read(findings: Findings, data: dict[str, Json]) -> Experiment:
    findings.keys(data, (), _KNOWN, _INERT)
    title = findings.label(data, "title", (), "an experiment")
    description = findings.label(data, "description", (), "an experiment")
    _check_sections(findings, data)
    controls = declared_controls(findings, data)
    activities = read_activities(findings, data, controls)
    check_names(findings, data)
    return Experiment(
        title=title,
        description=description,
        hypothesis=_hypothesis(findings, data, activities[Section.HYPOTHESIS], controls),
        method=activities[Section.METHOD],
        rollbacks=activities[Section.ROLLBACKS],
        configuration=read_configuration(findings, data),
        secrets=read_secrets(findings, data),
        tags=read_tags(findings, data),
        runtime=read_runtime(findings, data),
        dry=read_dry(findings, data, ()),
        controls=read_controls(findings, data, (), controls),
        extensions=read_extensions(findings, data),
        contributions=read_contributions(findings, data),
        source=data,
    )


def _check_sections(findings: Findings, data: Mapping[str, Json]) -> None:
    if data.get("method") is None:
        findings.error("an experiment needs 'method'; add it, [] if nothing is to be done", ())
    findings.optional_items(data, "method", ())
    findings.optional_items(data, "rollbacks", ())


def _hypothesis(
    findings: Findings,
    data: Mapping[str, Json],
    probes: tuple[Activity, ...],
    controls: Mapping[str, Control],
) -> Hypothesis | None:
    value = data.get("steady-state-hypothesis")
    place: Place = ("steady-state-hypothesis",)
    hypothesis = None if value is None else findings.mapping(value, place, "the hypothesis")
    if hypothesis is None:
        return None
    findings.keys(hypothesis, place, ("title", "probes", "controls"))
    findings.optional_items(hypothesis, "probes", place)
    return Hypothesis(
        title=findings.label(hypothesis, "title", place, "the hypothesis"),
        probes=probes,
        controls=read_controls(findings, hypothesis, place, controls),
    )
