"""How listings are printed: a table for people, JSON or YAML for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from enum import StrEnum

import click


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
    match Output(output):
        case Output.JSON:
            click.echo(json.dumps([dict(row) for row in rows], indent=2))
        case Output.YAML:
            import yaml

            click.echo(yaml.safe_dump([dict(row) for row in rows], sort_keys=False), nl=False)
        case Output.TABLE if rows:
            _print_table(rows)
        case Output.TABLE:
            click.echo(empty)


def _print_table(rows: Sequence[Mapping[str, object]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in rows[0]:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(str(value) for value in row.values()))
    Console(soft_wrap=False).print(table)
