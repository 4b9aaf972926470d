"""A document as an experiment: every key of the format is known here, and every problem found at once."""

from __future__ import annotations

from collections.abc import Mapping

from experiments.format.activities import read_activities
from experiments.format.conversion import is_type, unknown_type
from experiments.format.document import Document
from experiments.format.expansion import Place
from experiments.format.findings import Findings
from experiments.format.items import Section
from experiments.format.problem import Problem, shown, suggestion
from experiments.model import Activity, Experiment, Hypothesis, Json, RollbackStrategy, Runtime

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
)
#: Keys of the format that nothing in this version looks at.
_INERT = ("version", "controls", "extensions", "contributions", "dry")


def read_experiment(document: Document) -> tuple[Experiment | None, list[Problem]]:
    """The experiment, None if there is an error, and every error and warning in the order of the file."""
    findings = Findings(document)
    data = findings.mapping(document.data, (), "an experiment")
    experiment = _read(findings, data) if data is not None else None
    return (None if findings.failed() else experiment), findings.problems()


def _read(findings: Findings, data: dict[str, Json]) -> Experiment:
    findings.keys(data, (), _KNOWN, _INERT)
    title = findings.text(data, "title", (), "an experiment")
    description = findings.text(data, "description", (), "an experiment")
    _check_sections(findings, data)
    activities = read_activities(findings, data)
    return Experiment(
        title=title,
        description=description,
        hypothesis=_hypothesis(findings, data, activities[Section.HYPOTHESIS]),
        method=activities[Section.METHOD],
        rollbacks=activities[Section.ROLLBACKS],
        configuration=_configuration(findings, data),
        secrets=_secrets(findings, data),
        tags=_tags(findings, data),
        runtime=Runtime(rollbacks=_rollback_strategy(findings, data)),
        source=data,
    )


def _check_sections(findings: Findings, data: Mapping[str, Json]) -> None:
    if data.get("method") is None:
        findings.error("an experiment needs 'method'; add it, [] if nothing is to be done", ())
    else:
        findings.items(data["method"], ("method",), "method")
    if data.get("rollbacks") is not None:
        findings.items(data["rollbacks"], ("rollbacks",), "rollbacks")


def _hypothesis(
    findings: Findings, data: Mapping[str, Json], probes: tuple[Activity, ...]
) -> Hypothesis | None:
    value = data.get("steady-state-hypothesis")
    place: Place = ("steady-state-hypothesis",)
    if value is None:
        return None
    hypothesis = findings.mapping(value, place, "the hypothesis")
    if hypothesis is None:
        return None
    findings.keys(hypothesis, place, ("title", "probes"), inert=("controls",))
    if hypothesis.get("probes") is not None:
        findings.items(hypothesis["probes"], (*place, "probes"), "probes")
    return Hypothesis(title=findings.text(hypothesis, "title", place, "the hypothesis"), probes=probes)


def _configuration(findings: Findings, data: Mapping[str, Json]) -> dict[str, Json]:
    configuration = _optional_mapping(findings, data, "configuration")
    for name, value in configuration.items():
        place: Place = ("configuration", name)
        if not isinstance(value, dict) or value.get("type") != "env":
            continue
        findings.keys(value, place, ("type", "key", "default", "env_var_type"))
        findings.text(value, "key", place, "a value from the environment")
        type_name = value.get("env_var_type")
        if type_name is not None and not (isinstance(type_name, str) and is_type(type_name)):
            findings.error(unknown_type(str(type_name)), (*place, "env_var_type"))
    return configuration


def _secrets(findings: Findings, data: Mapping[str, Json]) -> dict[str, Json]:
    value = data.get("secrets")
    if value is not None and not isinstance(value, dict):
        findings.error("expected secrets as a mapping", ("secrets",))  # what was found may be one
    secrets = value if isinstance(value, dict) else {}
    _check_secrets(findings, secrets, ("secrets",))
    return secrets


def _check_secrets(findings: Findings, secrets: Mapping[str, Json], place: Place) -> None:
    for name, value in secrets.items():
        if not isinstance(value, dict):
            continue
        inner = (*place, name)
        if value.get("type") == "env":
            findings.keys(value, inner, ("type", "key"))
            findings.text(value, "key", inner, "a secret from the environment")
        elif value.get("type") != "vault":
            _check_secrets(findings, value, inner)


def _tags(findings: Findings, data: Mapping[str, Json]) -> tuple[str, ...]:
    value = data.get("tags")
    if value is None:
        return ()
    tags = findings.items(value, ("tags",), "tags")
    for index, tag in enumerate(tags):
        if not isinstance(tag, str) or not tag.strip():
            findings.expected("a tag as text", tag, ("tags", index))
    return tuple(tag for tag in tags if isinstance(tag, str))


def _rollback_strategy(findings: Findings, data: Mapping[str, Json]) -> RollbackStrategy:
    runtime = _optional_mapping(findings, data, "runtime")
    findings.keys(runtime, ("runtime",), ("rollbacks", "hypothesis"), inert=("python",))
    _check_hypothesis_strategy(findings, runtime)
    place: Place = ("runtime", "rollbacks")
    rollbacks = _optional_mapping(findings, runtime, "rollbacks", ("runtime",))
    findings.keys(rollbacks, place, ("strategy",))
    strategy = rollbacks.get("strategy", RollbackStrategy.DEFAULT.value)
    known = [each.value for each in RollbackStrategy]
    if isinstance(strategy, str) and strategy in known:
        return RollbackStrategy(strategy)
    found = f"found {shown(strategy)}{suggestion(str(strategy), known)}"
    findings.error(f"expected one of {', '.join(known)}, {found}", (*place, "strategy"))
    return RollbackStrategy.DEFAULT


def _check_hypothesis_strategy(findings: Findings, runtime: Mapping[str, Json]) -> None:
    place: Place = ("runtime", "hypothesis")
    hypothesis = _optional_mapping(findings, runtime, "hypothesis", ("runtime",))
    findings.keys(hypothesis, place, ("strategy",))
    strategy = hypothesis.get("strategy", "default")
    if strategy == "default":
        return
    known = ("before-method-only", "after-method-only", "during-method-only", "continuously", "skip")
    if strategy in known:
        message = f"{strategy!r} has no effect in this version; the hypothesis is asked before and after"
        findings.warning(message, (*place, "strategy"))
        return
    near = suggestion(str(strategy), ("default", *known))
    found = f"expected one of default, {', '.join(known)}, found {shown(strategy)}{near}"
    findings.error(found, (*place, "strategy"))


def _optional_mapping(
    findings: Findings, owner: Mapping[str, Json], key: str, place: Place = ()
) -> dict[str, Json]:
    value = owner.get(key)
    if value is None:
        return {}
    return findings.mapping(value, (*place, key), key) or {}
