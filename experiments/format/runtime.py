"""How a run of the file goes: its strategies, its deadline, and what a dry run of it leaves out.

Chaos Toolkit reads the two strategies only; the other keys are ours, optional, and none of its.
"""

from __future__ import annotations

from experiments.format.expansion import Place
from experiments.format.findings import Findings, found, is_number
from experiments.format.waiting import read_duration, read_until
from experiments.model import DryMode, HypothesisStrategy, Json, RollbackStrategy, Runtime, Until

_PLACE: Place = ("runtime",)
_HYPOTHESIS: Place = (*_PLACE, "hypothesis")
#: A misspelling that Chaos Toolkit reads too.
_CONTINOUSLY = "continously"


def read_runtime(findings: Findings, data: dict[str, Json]) -> Runtime:
    """The strategies and limits of the file, with the default of each that it does not give."""
    runtime = findings.optional_mapping(data, "runtime", ())
    findings.keys(runtime, _PLACE, ("hypothesis", "rollbacks", "deadline"), inert=("python",))
    hypothesis = findings.optional_mapping(runtime, "hypothesis", _PLACE)
    findings.keys(hypothesis, _HYPOTHESIS, ("strategy", "frequency", "fail_fast", "recovered"))
    rollbacks = findings.optional_mapping(runtime, "rollbacks", _PLACE)
    place = (*_PLACE, "rollbacks")
    findings.keys(rollbacks, place, ("strategy",))
    return Runtime(
        hypothesis=_strategy(findings, hypothesis),
        rollbacks=findings.choice(rollbacks, "strategy", place, RollbackStrategy, RollbackStrategy.DEFAULT),
        frequency=read_duration(findings, hypothesis, "frequency", _HYPOTHESIS) or 1.0,
        fail_fast=_fail_fast(findings, hypothesis),
        recovered=_recovered(findings, hypothesis),
        deadline=read_duration(findings, runtime, "deadline", _PLACE),
    )


def read_dry(findings: Findings, data: dict[str, Json], place: Place) -> DryMode | None:
    """What is left out; `true`, which no Chaos Toolkit reads, is taken for everything."""
    value = data.get("dry")
    if value is True:
        modes = ", ".join(DryMode)
        message = f"expected one of {modes}, found true; read as activities"
        findings.warning(message, (*place, "dry"))
        return DryMode.ACTIVITIES
    if not value:
        return None
    return findings.choice(data, "dry", place, DryMode, DryMode.ACTIVITIES)


def _strategy(findings: Findings, hypothesis: dict[str, Json]) -> HypothesisStrategy:
    if hypothesis.get("strategy") == _CONTINOUSLY:
        message = f"{_CONTINOUSLY!r} is read as 'continuously'; write it so"
        findings.warning(message, (*_HYPOTHESIS, "strategy"))
        return HypothesisStrategy.CONTINUOUSLY
    default = HypothesisStrategy.DEFAULT
    return findings.choice(hypothesis, "strategy", _HYPOTHESIS, HypothesisStrategy, default)


def _fail_fast(findings: Findings, hypothesis: dict[str, Json]) -> float | None:
    """Percent of the looks; `true` is the first that does not hold."""
    value = hypothesis.get("fail_fast")
    if value is None or isinstance(value, bool):
        return 0.0 if value else None
    if is_number(value) and isinstance(value, int | float) and 0 <= value <= 100:
        return float(value)
    message = f"expected fail_fast true, false or a percentage from 0 to 100, found {found(value)}"
    findings.error(message, (*_HYPOTHESIS, "fail_fast"))
    return None


def _recovered(findings: Findings, hypothesis: dict[str, Json]) -> Until | None:
    """`true` is one look."""
    value = hypothesis.get("recovered")
    if value is None or isinstance(value, bool):
        return Until(timeout=0.0) if value else None
    place = (*_HYPOTHESIS, "recovered")
    return read_until(findings, value, place, "recovered true, false or", least=0.0)
