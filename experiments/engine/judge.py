"""The verdict and the journal."""

from __future__ import annotations

from experiments.engine.progress import Verdict
from experiments.engine.running import Ending, Running
from experiments.format.substitution import substitute
from experiments.journal import Journal
from experiments.model import Json


def judge(running: Running, ending: Ending) -> Journal:
    """The journal of a run that is over; every sentence in it without secrets."""
    host = running.host
    failures = [running.said(each) for each in running.failures]
    reason = "; ".join([running.said(ending.reason), *failures])
    host.progress(Verdict(ending.outcome, reason, bool(failures)))
    return Journal(
        outcome=ending.outcome,
        reason=reason,
        refused=running.said(ending.refused),
        experiment=_shown(running),
        start=running.start,
        end=host.clock.now(),
        duration=host.clock.monotonic() - running.began,
        before=running.before,
        after=running.after,
        run=tuple(running.method),
        rollbacks=tuple(running.rollbacks),
        injections=host.faults.injections,
        undos=tuple(running.undos.values()),
        run_id=host.run_id,
        schedule=host.schedule,
        run_seed=host.run_seed,
        dry=host.dry,
        undo_failed=bool(failures),
    )


def _shown(running: Running) -> dict[str, Json]:
    """The file as it was, its title with the configuration's values, never with a secret's."""
    source = dict(running.experiment.source)
    title = substitute(running.experiment.title, running.phase.around.configuration)
    shown = running.redactor.json({**source, "title": title})
    return shown if isinstance(shown, dict) else source
