"""A run of an experiment file by Chaos Toolkit's library, which is measured beside ours."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

from bench.figure import NotMeasured


def their_run(path: Path) -> Callable[[], str]:
    """The run, its journal as JSON."""
    from chaoslib.experiment import run_experiment
    from chaoslib.loader import load_experiment

    logging.getLogger("logzero_default").setLevel(logging.CRITICAL)
    logging.getLogger("chaostoolkit").setLevel(logging.CRITICAL)
    experiment = load_experiment(str(path))

    def perform() -> str:
        # It writes into what it is given, so every run needs a copy of its own.
        return json.dumps(run_experiment(deepcopy(experiment), settings={}))

    return passing(perform, "completed", "status")


def passing(perform: Callable[[], str], wanted: str, key: str) -> Callable[[], str]:
    """The same, once it has shown that it does what is measured."""
    found = json.loads(perform())[key]
    if found != wanted:
        raise NotMeasured(f"engine: expected {key} {wanted!r} of the trivial run, found {found!r}")
    return perform
