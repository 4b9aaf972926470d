"""`cowbane runs`: fires and runs, as the ledger has them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from scheduler.cli.ledger import answered, open_ledger, say_halted
from scheduler.cli.printing import output_option, print_rows

if TYPE_CHECKING:
    from workers.ledger.records import RunRecord


@click.group()
def runs() -> None:
    """Fires and runs: list, show."""


@runs.command("list")
@click.option("--limit", default=20, show_default=True)
@click.option("--schedule", help="Of this schedule only.")
@output_option
def list_runs(limit: int, schedule: str | None, output: str) -> None:
    """The latest fires and runs, newest first."""
    with answered():
        ledger = open_ledger()
        found = [each for each in ledger.runs(limit) if schedule in (None, each.order.schedule)]
        say_halted(ledger)
    print_rows([_row(each) for each in found], output, empty="No fire yet.")


@runs.command("show")
@click.argument("run")
def show(run: str) -> None:
    """One run with its journal, as JSON."""
    with answered():
        ledger = open_ledger()
        for each in ledger.runs(10_000):
            if each.order.run_id == run:
                record = ledger.get(each.order.queue, run) or each
                click.echo(json.dumps({**_row(record), "journal": record.journal}, indent=2))
                return
    raise click.ClickException(f"no run {run!r}; `cowbane runs list` shows the latest")


def _row(record: RunRecord) -> dict[str, object]:
    return {
        "run": record.order.run_id,
        "state": record.state.value,
        "outcome": record.outcome
        + (" (dry)" if record.dry else "")
        + (" UNDO FAILED" if record.undo_failed else ""),
        "owner": record.order.owner,
        "queue": record.order.queue,
        "reason": record.reason,
    }
