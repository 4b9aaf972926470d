"""One look at the steady state: probe after probe, until the first that does not hold."""

from __future__ import annotations

from collections.abc import Callable

from experiments.controls.hook import Level
from experiments.engine.activity import Played, play
from experiments.engine.around import around, playlist
from experiments.engine.progress import Looked, Part
from experiments.engine.running import Phase, Running, Stage
from experiments.journal import SteadyState
from experiments.model import Activity, Hypothesis


def observe(
    running: Running,
    hypothesis: Hypothesis,
    part: Part,
    phase: Phase,
    *,
    index: int = 0,
    keep: Callable[[SteadyState], None] = lambda _look: None,
) -> SteadyState:
    """Met, not met with a sentence, or None where a probe could not be asked.

    `keep` is given the look also where it is ended half-way.
    """
    stage = Stage(part, phase, [], index)
    context = running.controls.live.hypothesis if running.controls else None
    with around(running, Level.HYPOTHESIS, context, hypothesis.controls, event=f"hypothesis_{part}") as told:
        met, reason = None, "the look was ended"
        try:
            met, reason = _first_that_does_not_hold(running, stage, hypothesis)
        finally:
            look = SteadyState(met=met, probes=tuple(stage.entries), reason=reason)
            keep(look)
            told.state = look.as_dict() if running.controls else None
    running.host.progress(Looked(part, look.met, look.reason, index))
    return look


def _first_that_does_not_hold(
    running: Running, stage: Stage, hypothesis: Hypothesis
) -> tuple[bool | None, str]:
    for number, probe in playlist(running, "steady-state-hypothesis", hypothesis.probes):
        played = play(running, stage, probe, f"{_step(stage)}-{number}-{probe.name}")
        if not played.judged.met:
            return played.judged.met, f"{probe.name}: {_said(running, probe, played)}"
    return True, ""


def _step(stage: Stage) -> str:
    return f"{stage.part}-{stage.index}" if stage.index else str(stage.part)


def _said(running: Running, probe: Activity, played: Played) -> str:
    """What a probe without a tolerance says is why it failed."""
    return played.judged.found or running.said(played.failure or "")
