"""How listings are printed: a table for people, JSON or YAML for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from enum import StrEnum

import click

#: Columns of a listing that no terminal shows: programs read lines.
WIDE = 1000


class Output(StrEnum):
    """What `--output` takes."""

    TABLE = "table"
    JSON = "json"
    YAML = "yaml"


output_option = click.option(
    "--output",
    type=click.Choice([each.value for each in Output]),
    default=Output.TABLE.value,
    show_default=True,
)


def print_rows(rows: Sequence[Mapping[str, object]], output: str, *, empty: str) -> None:
    """Every row with its named columns; `empty` is said to people when there is none."""
    if Output(output) is not Output.TABLE:
        print_document([dict(row) for row in rows], output)
    elif rows:
        _print_table(rows)
    else:
        click.echo(empty)


def print_document(document: object, output: str) -> None:
    """Plain data for programs, as JSON or YAML."""
    if Output(output) is Output.JSON:
        click.echo(json.dumps(document, indent=2))
    else:
        import yaml

        click.echo(yaml.safe_dump(document, sort_keys=False), nl=False)


def _print_table(rows: Sequence[Mapping[str, object]]) -> None:
    """Folded to the terminal's width in the last column; one long line per row anywhere else."""
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=WIDE)
    columns = list(rows[0])
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column != columns[-1])
    for row in rows:
        table.add_row(*(str(value) for value in row.values()))
    console.print(table)
