"""How long the engine takes for a run in which nothing happens, in process, against chaoslib's."""

from __future__ import annotations

import json
import logging
import tempfile
from collections.abc import Callable, Sequence
from copy import deepcopy
from pathlib import Path
from time import perf_counter

from bench.figure import Figure, NotMeasured, Sample
from bench.trivial import trivial
from experiments.clock import SystemClock
from experiments.engine.run import run
from experiments.engine.stop import Stop
from experiments.format.document import Document, read_document
from experiments.format.reader import read_experiment
from scheduler.laptop import RunOptions, laptop_host

WARM_UP = 20
ROUNDS = 10
RUNS_PER_ROUND = 50
MANY_ACTIONS = 1000


def measure() -> Sequence[Figure]:
    """One run with its journal as JSON; and one activity's share of a run with very many."""
    with tempfile.TemporaryDirectory() as folder:
        one, many = trivial(Path(folder)), trivial(Path(folder), MANY_ACTIONS)
        ours, theirs = _alternating(_our_run(one), _their_run(one), RUNS_PER_ROUND)
        each, their_each = _alternating(_our_run(many), _their_run(many), 1)
    return (
        Figure(
            what="trivial run with journal",
            ours=Sample(ours),
            peers={"chaoslib": Sample(theirs)},
            target=0.5e-3,
        ),
        Figure(
            what=f"one activity of {MANY_ACTIONS}",
            ours=Sample([seconds / MANY_ACTIONS for seconds in each]),
            peers={"chaoslib": Sample([seconds / MANY_ACTIONS for seconds in their_each])},
            target=25e-6,
        ),
    )


def _alternating(
    ours: Callable[[], str], theirs: Callable[[], str], repetitions: int
) -> tuple[list[float], list[float]]:
    """Rounds in turn, so that whatever else the machine does meets both sides alike."""
    for warming in (ours, theirs):
        for _ in range(min(WARM_UP, repetitions)):
            warming()
    samples: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for sample, perform in zip(samples, (ours, theirs), strict=True):
            sample.extend(_timed(perform) for _ in range(repetitions))
    return samples


def _timed(perform: Callable[[], str]) -> float:
    began = perf_counter()
    perform()
    return perf_counter() - began


def _our_run(path: Path) -> Callable[[], str]:
    document = read_document(path)
    experiment, problems = read_experiment(document) if isinstance(document, Document) else (None, document)
    if experiment is None:
        raise NotMeasured(f"engine: our own experiment does not load: {'; '.join(map(str, problems))}")

    def perform() -> str:
        host = laptop_host(RunOptions(), Stop(), SystemClock(), lambda _event: None)
        return run(experiment, host).as_json()

    return _passing(perform, "passed", "outcome")


def _their_run(path: Path) -> Callable[[], str]:
    from chaoslib.experiment import run_experiment
    from chaoslib.loader import load_experiment

    logging.getLogger("logzero_default").setLevel(logging.CRITICAL)
    logging.getLogger("chaostoolkit").setLevel(logging.CRITICAL)
    experiment = load_experiment(str(path))

    def perform() -> str:
        # It writes into what it is given, so every run needs a copy of its own.
        return json.dumps(run_experiment(deepcopy(experiment), settings={}))

    return _passing(perform, "completed", "status")


def _passing(perform: Callable[[], str], wanted: str, key: str) -> Callable[[], str]:
    """The same, once it has shown that it does what is measured."""
    found = json.loads(perform())[key]
    if found != wanted:
        raise NotMeasured(f"engine: expected {key} {wanted!r} of the trivial run, found {found!r}")
    return perform
