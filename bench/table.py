"""Figures as a table for people; a missed target is said as loudly as a met one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from rich import box
from rich.console import Console
from rich.table import Table

from bench.figure import Figure, Sample, Unit

#: Wide enough for every column also where the output is no terminal.
WIDTH = 140


def show(figures: Iterable[Figure], console: Console) -> None:
    """Print one block of lines per figure: ours, then each peer."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("figure", no_wrap=True)
    table.add_column("whose", no_wrap=True)
    for heading in ("n", "median", "worst", "cpu", "ours/peer"):
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


def size(count: float) -> str:
    """In MiB."""
    return f"{count / 2**20:.1f} MiB"


_WORDS: Mapping[Unit, Callable[[float], str]] = {Unit.SECONDS: duration, Unit.BYTES: size}


def _rows(figure: Figure) -> Iterator[tuple[str, ...]]:
    said = _WORDS[figure.unit]
    target = f"{figure.judged} <= {said(figure.target).strip()}"
    verdict = (
        "met" if figure.met else f"MISSED by {figure.ours.quantile(figure.share) / figure.target - 1:.0%}"
    )
    yield (figure.what, "cowbane", *_values(figure.ours, said), "", target, verdict)
    for peer, sample in figure.peers.items():
        ratio = f"{figure.ours.median / sample.median:.2f}"
        yield ("", peer, *_values(sample, said), ratio, "", "")


def _values(sample: Sample, said: Callable[[float], str]) -> tuple[str, str, str, str]:
    cpu = sample.cpu_median
    return str(len(sample)), said(sample.median), said(sample.worst), "" if cpu is None else said(cpu)
