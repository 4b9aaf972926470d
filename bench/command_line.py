"""How long a person waits at the command line, as whole processes, against `chaos`."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from bench.figure import Figure, NotMeasured, Sample
from bench.trivial import trivial

REPETITIONS = 15
PROGRAMS = Path(sys.executable).parent
COWBANE = str(PROGRAMS / "cowbane")
#: Without what it does beside the work: asking the network for a newer version, keeping a log file.
CHAOS = (str(PROGRAMS / "chaos"), "--no-version-check", "--no-log-file")


def measure() -> Sequence[Figure]:
    """The first word, and the check of one file."""
    with tempfile.TemporaryDirectory() as folder:
        file = str(trivial(Path(folder)))
        help_ours, help_theirs = _alternating([COWBANE, "--help"], [CHAOS[0], "--help"], folder)
        check_ours, check_theirs = _alternating([COWBANE, "check", file], [*CHAOS, "validate", file], folder)
    return (
        Figure(what="cowbane --help", ours=help_ours, peers={"chaos --help": help_theirs}, target=0.25),
        Figure(
            what="cowbane check FILE",
            ours=check_ours,
            peers={"chaos validate FILE": check_theirs},
            target=0.4,
        ),
    )


def _alternating(ours: Sequence[str], theirs: Sequence[str], folder: str) -> tuple[Sample, Sample]:
    """Once each to warm the file cache, then in turn."""
    samples: tuple[list[float], list[float]] = ([], [])
    for repetition in range(-1, REPETITIONS):
        for sample, command in zip(samples, (ours, theirs), strict=True):
            seconds = _timed(command, folder)
            if repetition >= 0:
                sample.append(seconds)
    return Sample(samples[0]), Sample(samples[1])


def _timed(command: Sequence[str], folder: str) -> float:
    began = perf_counter()
    try:
        ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    except OSError as missing:
        raise NotMeasured(f"{command[0]} could not be started: {missing}") from missing
    seconds = perf_counter() - began
    if ended.returncode:
        raise NotMeasured(f"{' '.join(command)} ended with {ended.returncode}: {ended.stderr[-300:]}")
    return seconds
