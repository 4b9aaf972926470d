"""How long the engine takes for a run in which nothing happens, in process, against chaoslib's."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.alternating import alternating
from bench.chaoslib_run import passing, their_run
from bench.figure import Figure, NotMeasured
from bench.trivial import trivial
from experiments.clock import SystemClock
from experiments.engine.host import Host
from experiments.engine.progress import Progress
from experiments.engine.run import run
from experiments.engine.stop import Stop
from experiments.format.document import Document, read_document
from experiments.format.reader import read_experiment
from experiments.journal.kept import keeping
from scheduler.laptop import RunOptions, laptop_host

WARM_UP = 20
ROUNDS = 10
MANY_ROUNDS = 20
RUNS_PER_ROUND = 50
MANY_ACTIONS = 1000


def measure() -> Sequence[Figure]:
    """One run with its journal as JSON; and one activity's share of a run with very many."""
    with tempfile.TemporaryDirectory() as folder:
        one, many = trivial(Path(folder)), trivial(Path(folder), MANY_ACTIONS)
        ours, theirs, kept = alternating(
            our_run(one),
            their_run(one),
            our_run(one, Path(folder, "journal.json")),
            rounds=ROUNDS,
            repetitions=RUNS_PER_ROUND,
            warm_up=WARM_UP,
        )
        each, their_each, kept_each = alternating(
            our_run(many), their_run(many), our_run(many, Path(folder, "many.json")), rounds=MANY_ROUNDS
        )
    return (
        Figure(
            what="trivial run with journal",
            ours=ours,
            peers={"chaoslib": theirs},
            target=0.5e-3,
        ),
        Figure(
            what="the same, written as it happens",
            ours=kept,
            peers={"chaoslib, not written": theirs},
            target=5e-3,
        ),
        Figure(
            what=f"one activity of {MANY_ACTIONS}",
            ours=each.per(MANY_ACTIONS),
            peers={"chaoslib": their_each.per(MANY_ACTIONS)},
            target=25e-6,
        ),
        Figure(
            what="the same, written as it happens",
            ours=kept_each.per(MANY_ACTIONS),
            peers={"chaoslib, not written": their_each.per(MANY_ACTIONS)},
            target=100e-6,
        ),
    )


def our_run(path: Path, journal: Path | None = None) -> Callable[[], str]:
    """With a journal, its lines are written as the run goes on and its document made durable at the end."""
    document = read_document(path)
    experiment, problems = read_experiment(document) if isinstance(document, Document) else (None, document)
    if experiment is None:
        raise NotMeasured(f"engine: our own experiment does not load: {'; '.join(map(str, problems))}")

    def perform() -> str:
        if journal is None:
            return run(experiment, _host(lambda _event: None)).as_json()
        with keeping(journal, SystemClock()) as kept:
            ended = run(experiment, _host(kept))
            kept.finish(ended)
        return ended.as_json()

    return passing(perform, "passed", "outcome")


def _host(progress: Callable[[Progress], None]) -> Host:
    return laptop_host(RunOptions(), Stop(), SystemClock(), progress)
