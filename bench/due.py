"""How late the first activity is: from a fire's nominal time to the moment its HTTP probe arrives.

Real processes on one embedded Redis. Cowbane, a fresh `chaos run` per fire and plain Celery take turns,
one second each, so that every fire finds the machine idle and all three share its good and bad moments.
"""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from bench.arrivals import Arrivals, arrivals
from bench.command_line import CHAOS
from bench.deployment import DEPLOYMENT, Program, cowbane, experiment, plain_celery
from bench.figure import Figure, NotMeasured, Sample
from workers.embedded import EmbeddedRedis
from workers.ledger.redis import RedisLedger

#: Seconds between two fires of the same side, and at which of them whose turn it is.
PERIOD = 3
OURS, CHAOS_RUN, CELERY = range(PERIOD)
FIRES = 50
#: Fires of each that come before: connections are made, every child has had its first run.
WARM_UP = 6
#: Seconds for both deployments to be up and to have fired.
START_SECONDS = 60.0

HOW = (
    f"beat and worker processes on embedded Redis, {FIRES} fires each in turn, one a second; against "
    "plain celery beat with a plain task, and a fresh `chaos run` process started at the full second; "
    f"about {(FIRES + WARM_UP) * PERIOD} s"
)


def measure() -> Sequence[Figure]:
    """The lateness of all three; ours against two targets."""
    ours, peers = _measured()
    return (
        Figure(what="due to first activity", ours=ours, peers=peers, target=30e-3),
        Figure(what="due to first activity", ours=ours, peers={}, target=250e-3, share=0.99),
    )


def _measured() -> tuple[Sample, Mapping[str, Sample]]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cowbane-bench-")))
        page = stack.enter_context(arrivals())
        redis = stack.enter_context(EmbeddedRedis(folder / "redis"))
        programs = [
            *stack.enter_context(cowbane(folder, redis, f"{page.url}/ours", f"*/{PERIOD}")),
            *stack.enter_context(plain_celery(folder, redis, f"{page.url}/celery", PERIOD, CELERY)),
        ]
        _await_first(page, programs)
        first = _fire_chaos(experiment(folder / "chaos.yaml", f"{page.url}/chaos"), folder)
        for program in programs:
            if trouble := program.trouble():
                raise NotMeasured(f"due: {trouble}")
        return (
            _lateness(page, "/ours", first + OURS - CHAOS_RUN, lambda: _told(redis)),
            {
                "celery beat, plain task": _lateness(page, "/celery", first + CELERY - CHAOS_RUN),
                "chaos run, one process each": _lateness(page, "/chaos", first),
            },
        )


def _await_first(page: Arrivals, programs: Sequence[Program]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not (page.of("/ours") and page.of("/celery")):
        trouble = next((found for program in programs if (found := program.trouble())), "")
        if trouble or time.monotonic() > deadline:
            raise NotMeasured(f"due: no first fire within {START_SECONDS:g} s; {trouble}")
        time.sleep(0.1)


def _fire_chaos(file: Path, folder: Path) -> int:
    """Start `chaos run` at every nominal second of its own; the first that counts, in epoch seconds."""
    command = [*CHAOS, "run", "--journal-path", str(folder / "journal.json"), str(file)]
    start = _next_turn()
    for number in range(WARM_UP + FIRES):
        time.sleep(max(0.0, start + number * PERIOD - time.time()))
        ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if ended.returncode:
            raise NotMeasured(f"due: chaos run ended with {ended.returncode}: {ended.stderr[-300:]}")
    time.sleep(PERIOD)  # the others' last turn
    return start + WARM_UP * PERIOD


def _next_turn() -> int:
    return (int(time.time()) // PERIOD + 1) * PERIOD + CHAOS_RUN


def _lateness(page: Arrivals, path: str, first: int, why: Callable[[], str] = lambda: "") -> Sample:
    """Seconds late of each fire from `first` on; every nominal time has exactly one arrival."""
    counted = [at for at in page.of(path) if first <= at < first + FIRES * PERIOD]
    turns = [int((at - first) // PERIOD) for at in counted]
    if turns != list(range(FIRES)):
        raise NotMeasured(
            f"due: expected one arrival at {path} for each of {FIRES} fires, found {len(turns)} for "
            f"{len(set(turns))}: one was lost, doubled, or more than {PERIOD} s late; {why()}"
        )
    return Sample([(at - first) % PERIOD for at in counted])


def _told(redis: EmbeddedRedis) -> str:
    """What the ledger says of the fires that did not end well."""
    runs = RedisLedger.connect(redis.url, DEPLOYMENT).runs(2 * (FIRES + WARM_UP))
    odd = {
        f"{run.order.run_id} {run.state} {run.outcome} {run.reason}"
        for run in runs
        if run.outcome != "passed"
    }
    return "; ".join(sorted(odd)[:3])
