"""The verdict and the journal."""

from __future__ import annotations

from experiments.engine.progress import Verdict
from experiments.engine.running import Ending, Running
from experiments.engine.shown import shown_experiment
from experiments.journal import Journal


def judge(running: Running, ending: Ending) -> Journal:
    """The journal of a run that is over; every sentence in it without secrets."""
    host = running.host
    failures = [running.said(each) for each in running.failures]
    reason = "; ".join([running.said(ending.reason), *failures])
    running.tell(Verdict(ending.outcome, reason, bool(failures)))
    return Journal(
        outcome=ending.outcome,
        reason=reason,
        refused=running.said(ending.refused),
        experiment=shown_experiment(running),
        start=running.start,
        end=host.clock.now(),
        duration=host.clock.monotonic() - running.began,
        configured=tuple(running.configured),
        before=running.before,
        during=tuple(running.during),
        after=running.after,
        recovered=running.recovered,
        run=running.in_order(running.method),
        rollbacks=running.in_order(running.rollbacks),
        injections=host.faults.injections,
        undos=tuple(running.undos.values()),
        run_id=host.run_id,
        schedule=host.schedule,
        run_seed=host.run_seed,
        left_out=running.dry,
        dry=host.dry or running.left_out is not None,
        undo_failed=bool(failures),
        warnings=tuple(running.warnings),
    )
