"""One look at the steady state: probe after probe, until the first that does not hold."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from experiments.controls.hook import Level
from experiments.engine.activity import Played, play
from experiments.engine.around import around, playlist
from experiments.engine.background import Background
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
    running.tell(Looked(part, look.met, look.reason, index))
    return look


def _first_that_does_not_hold(
    running: Running, stage: Stage, hypothesis: Hypothesis
) -> tuple[bool | None, str]:
    """Those in the background are asked beside the others, and judged after them."""
    background: list[tuple[Activity, Background[Played]]] = []
    foreground = _foreground(running, stage, hypothesis, background)
    for probe, beside in background:
        played = beside.result(stage.phase.stop)
        foreground = foreground or _objection(running, probe, played)
    return foreground or (True, "")


def _foreground(
    running: Running,
    stage: Stage,
    hypothesis: Hypothesis,
    background: list[tuple[Activity, Background[Played]]],
) -> tuple[bool | None, str] | None:
    for number, probe in playlist(running, "steady-state-hypothesis", hypothesis.probes):
        step = f"{_step(stage)}-{number}-{probe.name}"
        if probe.background:
            beside = Background(partial(play, running, stage, probe, step), name=step)
            running.background.append(beside)
            background.append((probe, beside))
        elif objection := _objection(running, probe, play(running, stage, probe, step)):
            return objection
    return None


def _objection(running: Running, probe: Activity, played: Played) -> tuple[bool | None, str] | None:
    """What a probe without a tolerance says is why it failed."""
    if played.judged.met:
        return None
    said = played.judged.found or running.said(played.failure or "")
    return played.judged.met, f"{probe.name}: {said}"


def _step(stage: Stage) -> str:
    return f"{stage.part}-{stage.index}" if stage.index else str(stage.part)
