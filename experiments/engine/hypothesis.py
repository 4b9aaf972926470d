"""One look at the steady state: probe after probe, until the first that does not hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from experiments.engine.activity import Performed, perform
from experiments.engine.asking import answer
from experiments.engine.progress import Probed
from experiments.engine.running import Running
from experiments.failures import SteadyStateNotMet
from experiments.journal import Entry, SteadyState
from experiments.model import Activity, Hypothesis
from experiments.providers.surroundings import Step
from experiments.tolerances.tolerance import met
from experiments.tolerances.verdict import Verdict


def observe(running: Running, hypothesis: Hypothesis, when: str) -> SteadyState:
    """Met, not met with a sentence, or None where a probe could not be asked."""
    entries: list[Entry] = []
    for index, probe in enumerate(hypothesis.probes):
        step = f"{when}-{index}-{probe.name}"
        performed = perform(running, probe, step, running.phase, entries)
        holds, reason = _judged(running, probe, performed, step)
        entries[-1] = replace(entries[-1], tolerance_met=bool(holds))
        running.host.progress(Probed(probe.name, bool(holds), reason))
        if not holds:
            return SteadyState(met=holds, probes=tuple(entries), reason=f"{probe.name}: {reason}")
    return SteadyState(met=True, probes=tuple(entries))


def _judged(running: Running, probe: Activity, performed: Performed, step: str) -> tuple[bool | None, str]:
    if isinstance(performed.failure, SteadyStateNotMet):
        return False, running.said(performed.failure)
    if performed.failure is not None:
        return None, running.said(performed.failure)
    verdict = _verdict(running, probe, performed.output, step)
    return verdict.met, running.said(verdict)


def _verdict(running: Running, probe: Activity, output: object, step: str) -> Verdict:
    tolerance = probe.tolerance
    if not (isinstance(tolerance, dict) and tolerance.get("type") == "probe"):  # that one when it is asked
        tolerance = running.phase.around.substituted(tolerance)
    return met(tolerance, output, lambda asked, value: _answer(running, asked, value, step))


def _answer(running: Running, asked: Mapping[str, object], value: object, step: str) -> object:
    """What a tolerance that is itself a probe says about the value."""
    phase = running.phase
    at = Step(name=step, faults=phase.faults.at(step), draw=running.host.draw.within(step, "tolerance"))
    with phase.stop.exposed():
        return answer(asked, value, phase.around, at)
