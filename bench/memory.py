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
PEAK, ADDED = 48 * MIB, 8 * MIB


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
    pairs = [(_peaks("ours", *work), _peaks("theirs", *work)) for _ in range(PROCESSES)]
    for number, (title, target) in enumerate([(f"peak of {what}", PEAK), (f"allocated by {what}", ADDED)]):
        if number < len(pairs[0][0]):
            ours, theirs = (Sample([pair[side][number] for pair in pairs]) for side in (0, 1))
            yield Figure(what=title, ours=ours, peers={"chaoslib": theirs}, target=target, unit=Unit.BYTES)


def _peaks(whose: str, *work: str) -> list[float]:
    command = [sys.executable, "-m", "bench.peak", whose, *work]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise NotMeasured(f"memory: {whose} ended with {ended.returncode}: {ended.stderr[-300:]}")
    return [float(each) for each in ended.stdout.split()]
