"""Run experiments by Chaos Toolkit's library: a line of JSON in for each, a line of JSON out.

A program of its own, because the library wants the main thread, takes signals and keeps globals.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from pathlib import Path
from typing import Any

from chaoslib import convert_vars
from chaoslib.caching import cache_activities, clear_cache
from chaoslib.control import load_global_controls, reset_global_controls
from chaoslib.experiment import ensure_experiment_is_valid
from chaoslib.run import Runner
from chaoslib.settings import loaded_settings
from chaoslib.types import Dry, Schedule, Strategy
from chaostoolkit.cli import encoder

from experiments.engine.caught import Caught


def main() -> None:
    """One answer per line, whatever an experiment does to this process."""
    logging.getLogger("chaostoolkit").setLevel(logging.CRITICAL)
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        print(json.dumps(_answer(json.loads(line)), default=repr), file=out, flush=True)


def _answer(case: dict[str, Any]) -> dict[str, Any]:
    deeds = Path(os.environ["DEEDS"])
    deeds.write_text("")
    reset_global_controls()
    clear_cache()
    os.environ.update(case["environment"])
    with Caught() as refused:
        ensure_experiment_is_valid(json.loads(json.dumps(case["experiment"])))
    journal: Any = None
    with Caught() as crashed:
        if refused.error is None or case["anyhow"]:
            journal = _run(case)
            journal["experiment"].pop("dry", None)  # an enum that its command line put there
            json.dumps(journal, default=encoder)
    for name in case["environment"]:
        os.environ.pop(name, None)
    return {
        "refused": repr(refused.error) if refused.error else "",
        "crashed": repr(crashed.error) if crashed.error else "",
        "journal": None if crashed.error else journal,
        "did": deeds.read_text().splitlines(),
    }


def _run(case: dict[str, Any]) -> Any:
    """As `chaos run` does it: strategies of the file, overrides, dry modes."""
    experiment = json.loads(json.dumps(case["experiment"]))
    runtime = experiment.get("runtime") or {}
    settings = {**case["settings"], "runtime": runtime}
    loaded_settings.set(settings)
    load_global_controls(settings)
    cache_activities(experiment)
    strategy = Strategy.from_string(
        case["strategy"] or (runtime.get("hypothesis") or {}).get("strategy", "default")
    )
    schedule = Schedule(continuous_hypothesis_frequency=0.02, fail_fast=case["fail_fast"])
    experiment["dry"] = Dry.from_string(case["dry"]) if case["dry"] else None
    if experiment["dry"] is None:
        del experiment["dry"]
    with Runner(strategy, schedule) as runner:
        return runner.run(experiment, settings, (convert_vars(case["vars"]), {}))


if __name__ == "__main__":
    main()
