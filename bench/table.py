"""Figures as a table for people; a missed target is said as loudly as a met one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich import box
from rich.console import Console
from rich.table import Table

from bench.figure import Figure, Sample

#: Wide enough for every column also where the output is no terminal.
WIDTH = 120


def show(figures: Iterable[Figure], console: Console) -> None:
    """Print one block of lines per figure: ours, then each peer."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("figure", no_wrap=True)
    table.add_column("whose", no_wrap=True)
    for heading in ("n", "median", "worst"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("target", no_wrap=True)
    table.add_column("", no_wrap=True)
    for figure in figures:
        for row in _rows(figure):
            table.add_row(*row)
        table.add_section()
    console.print(table)


def duration(seconds: float) -> str:
    """With three digits and the unit that suits it."""
    units = {"s ": 1.0, "ms": 1e-3, "us": 1e-6}
    unit = next((name for name, size in units.items() if seconds >= 0.9995 * size), "us")
    return f"{seconds / units[unit]:.3g} {unit}"


def _rows(figure: Figure) -> Iterator[tuple[str, ...]]:
    target = f"{figure.judged} <= {duration(figure.target).strip()}"
    verdict = (
        "met" if figure.met else f"MISSED by {figure.ours.quantile(figure.share) / figure.target - 1:.0%}"
    )
    yield (figure.what, "cowbane", *_values(figure.ours), target, verdict)
    for peer, sample in figure.peers.items():
        yield ("", peer, *_values(sample), "", "")


def _values(sample: Sample) -> tuple[str, str, str]:
    return str(len(sample)), duration(sample.median), duration(sample.worst)
