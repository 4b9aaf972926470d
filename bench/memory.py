"""How much memory a run of a thousand activities takes, in fresh processes, against chaoslib."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.figure import Figure, NotMeasured, Sample, Unit
from bench.trivial import trivial

ACTIONS = 1000
PROCESSES = 5


def measure() -> Sequence[Figure]:
    """The peak of each process, whole, and of what one run with its journal as JSON allocates."""
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = _alternating(str(trivial(Path(folder))), str(trivial(Path(folder), ACTIONS)))
    return (
        Figure(
            what=f"peak of a run of {ACTIONS}",
            ours=Sample([peak for peak, _ in ours]),
            peers={"chaoslib": Sample([peak for peak, _ in theirs])},
            target=80 * 2**20,
            unit=Unit.BYTES,
        ),
        Figure(
            what="allocated by that run",
            ours=Sample([added for _, added in ours]),
            peers={"chaoslib": Sample([added for _, added in theirs])},
            target=20 * 2**20,
            unit=Unit.BYTES,
        ),
    )


def _alternating(one: str, many: str) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    samples: tuple[list[tuple[float, float]], list[tuple[float, float]]] = ([], [])
    for _ in range(PROCESSES):
        for sample, whose in zip(samples, ("ours", "theirs"), strict=True):
            sample.append(_peak(whose, one, many))
    return samples


def _peak(whose: str, one: str, many: str) -> tuple[float, float]:
    command = [sys.executable, "-m", "bench.memory_of_a_run", whose, one, many]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise NotMeasured(f"memory: {whose} ended with {ended.returncode}: {ended.stderr[-300:]}")
    peak, allocated = map(float, ended.stdout.split())
    return peak, allocated
