"""How much memory a long run and a long check take, in fresh processes, against chaoslib."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.figure import Figure, NotMeasured, Sample, Unit
from bench.trivial import trivial
from bench.validate import FILES, written

ACTIONS = 1000
PROCESSES = 5
MIB = 2**20
#: Of a whole process, and of what the work adds to it.
PEAK, ADDED = 80 * MIB, 20 * MIB


def measure() -> Sequence[Figure]:
    """The peak of each process, whole, and of what the work allocates."""
    with tempfile.TemporaryDirectory() as work, tempfile.TemporaryDirectory() as folder:
        written(Path(folder))
        return (
            *_figures(f"a run of {ACTIONS}", "run", str(trivial(Path(work), ACTIONS))),
            *_figures(f"a check of {FILES}", "check", folder),
        )


def _figures(what: str, *work: str) -> Iterator[Figure]:
    """Whole processes of both sides, in turn."""
    samples: tuple[list[tuple[float, float]], list[tuple[float, float]]] = ([], [])
    for _ in range(PROCESSES):
        for sample, whose in zip(samples, ("ours", "theirs"), strict=True):
            sample.append(_peak(whose, *work))
    for title, number, target in ((f"peak of {what}", 0, PEAK), (f"allocated by {what}", 1, ADDED)):
        ours, theirs = (Sample([values[number] for values in sample]) for sample in samples)
        yield Figure(what=title, ours=ours, peers={"chaoslib": theirs}, target=target, unit=Unit.BYTES)


def _peak(whose: str, *work: str) -> tuple[float, float]:
    command = [sys.executable, "-m", "bench.peak", whose, *work]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise NotMeasured(f"memory: {whose} ended with {ended.returncode}: {ended.stderr[-300:]}")
    peak, allocated = map(float, ended.stdout.split())
    return peak, allocated
