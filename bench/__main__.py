"""`python -m bench [NAME ...]`: measure now and print the table; exits 1 when something was not measured."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Sequence

from rich.console import Console

from bench import command_line, due, engine, memory, validate
from bench.figure import Figure, Measurement, NotMeasured
from bench.table import WIDTH, show

MEASUREMENTS = (
    Measurement(
        name="engine",
        how="in process, warm, in alternating rounds; both with their journal as JSON",
        measure=engine.measure,
    ),
    Measurement(
        name="validate",
        how="in process, warm, in alternating rounds; the same files",
        measure=validate.measure,
    ),
    Measurement(
        name="memory",
        how="peak of fresh processes, in turn",
        measure=memory.measure,
    ),
    Measurement(
        name="command-line",
        how="whole processes, in turn",
        measure=command_line.measure,
    ),
    Measurement(
        name="due",
        how=due.HOW,
        measure=due.measure,
    ),
)


def main(names: Sequence[str]) -> int:
    """Measure those of the given names, or all of them."""
    console = Console(width=WIDTH, highlight=False)
    known = {each.name: each for each in MEASUREMENTS}
    if wrong := [name for name in names if name not in known]:
        console.print(f"bench: expected one of {', '.join(known)}, found {wrong[0]!r}")
        return 2
    console.print(f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores")
    figures, failures = _measured([known[name] for name in names] or list(MEASUREMENTS), console)
    show(figures, console)
    missed = [figure.what for figure in figures if not figure.met]
    console.print(f"missed: {', '.join(missed)}" if missed else f"{len(figures)} targets met, none missed")
    for failure in failures:
        console.print(f"not measured: {failure}", soft_wrap=True)
    return 1 if failures else 0


def _measured(wanted: Sequence[Measurement], console: Console) -> tuple[list[Figure], list[str]]:
    figures: list[Figure] = []
    failures: list[str] = []
    for each in wanted:
        console.print(f"{each.name}: {each.how} ...", soft_wrap=True)
        try:
            figures.extend(each.measure())
        except NotMeasured as problem:
            failures.append(str(problem))
    return figures, failures


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
