"""Discovered activities on a terminal: one line for each, or one with everything it takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from experiments.discovery.found import Found
from experiments.discovery.page import MISSING, default, effects, in_order

#: Columns; a wider terminal is not used, lines would be hard to read.
WIDTH = 100


def tell_all(activities: Iterable[Found]) -> None:
    """One line for each, under its module; what is not in this version by name only."""
    for module, those in _modules(activities):
        table = _table("", "", "")
        for each in those:
            if each.signature.available:
                table.add_row(each.name, each.kind.value, each.summary)
        missing = [each.name for each in those if not each.signature.available]
        _print(Text(module, style="bold"))
        if table.row_count:
            _print(_indented(table, 2))
        if missing:
            _print(_indented(Text(f"{MISSING}: {', '.join(missing)}", style="dim"), 2))


def tell_each(activities: Iterable[Found]) -> None:
    """Every argument of each, what it answers, how it is undone and which rights it needs."""
    for module, those in _modules(activities):
        _print(Text(module, style="bold"))
        for each in those:
            _print(_indented(Text.assemble((each.name, "bold"), f" ({_kind(each)})"), 2))
            for part in _parts(each):
                _print(_indented(part, 4))


def _modules(activities: Iterable[Found]) -> Iterator[tuple[str, list[Found]]]:
    for module, those in groupby(in_order(activities), key=lambda each: each.module):
        yield module, list(those)


def _kind(found: Found) -> str:
    return found.kind.value if found.signature.available else f"{found.kind.value}, {MISSING}"


def _parts(found: Found) -> Iterator[RenderableType]:
    if not found.signature.available:
        yield " ".join(f"{each.name}{'' if each.required else '?'}" for each in found.signature.given)
        return
    if found.doc:
        yield Text(found.doc)
    if found.signature.given:
        table = _table("argument", "takes", "default")
        for argument in found.signature.given:
            table.add_row(argument.name, argument.type, default(argument))
        yield table
    if found.returns is not None:
        yield Text(f"answers: {found.returns}")
    yield from map(Text, effects(found))


def _indented(part: RenderableType, columns: int) -> Padding:
    return Padding(part, (0, 0, 0, columns), expand=False)


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, show_header=any(columns), header_style="dim")
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column != columns[-1])
    return table


def _print(part: RenderableType) -> None:
    console = Console(highlight=False, markup=False)
    console.width = min(console.width, WIDTH) if console.is_terminal else WIDTH
    console.print(part)
