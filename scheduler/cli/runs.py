"""`cowbane runs`: fires and runs, as the ledger has them."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import click

from scheduler.cli.printing import output_option, print_rows

if TYPE_CHECKING:
    from workers.ledger.records import RunRecord
    from workers.ledger.redis import RedisLedger


@click.group()
def runs() -> None:
    """Fires and runs: list, show."""


@runs.command("list")
@click.option("--limit", default=20, show_default=True)
@click.option("--schedule", help="Of this schedule only.")
@output_option
def list_runs(limit: int, schedule: str | None, output: str) -> None:
    """The latest fires and runs, newest first."""
    found = [each for each in _read(_ledger(), limit) if schedule in (None, each.order.schedule)]
    print_rows([_row(each) for each in found], output, empty="No fire yet.")


@runs.command("show")
@click.argument("run")
def show(run: str) -> None:
    """One run with its journal, as JSON."""
    ledger = _ledger()
    for each in _read(ledger, 10_000):
        if each.order.run_id == run:
            record = ledger.get(each.order.queue, run) or each
            click.echo(json.dumps({**_row(record), "journal": record.journal}, indent=2))
            return
    raise click.ClickException(f"no run {run!r}; `cowbane runs list` shows the latest")


def _ledger() -> RedisLedger:
    from workers.ledger.redis import RedisLedger
    from workers.settings import Settings, SettingsError
    from workers.wiring import redis_url

    try:
        settings = Settings.from_env(os.environ)
        return RedisLedger.connect(redis_url(settings), settings.deployment)
    except SettingsError as wrong:
        raise click.UsageError(str(wrong)) from wrong


def _read(ledger: RedisLedger, limit: int) -> list[RunRecord]:
    from workers.ledger.protocol import LedgerUnavailable

    try:
        return ledger.runs(limit)
    except LedgerUnavailable as down:
        raise click.ClickException(f"{down}; set COWBANE_REDIS_URL, or start `cowbane up`") from down


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
