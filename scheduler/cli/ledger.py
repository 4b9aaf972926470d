"""The deployment's ledger on the command line: opened, asked, and what is said when it does not answer."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from workers.ledger.redis import RedisLedger
    from workers.ledger.switch import KillSwitch


def open_ledger() -> RedisLedger:
    """The ledger of COWBANE_REDIS_URL, not asked anything yet; wrong settings end with 2."""
    from workers.ledger.redis import RedisLedger
    from workers.settings import Settings, SettingsError
    from workers.wiring import redis_url

    try:
        settings = Settings.from_env(os.environ)
        return RedisLedger.connect(redis_url(settings), settings.deployment)
    except SettingsError as wrong:
        raise click.UsageError(str(wrong)) from wrong


@contextmanager
def answered() -> Iterator[None]:
    """Inside, a ledger that does not answer ends the command with 1 and one sentence."""
    from workers.ledger.protocol import LedgerUnavailable

    try:
        yield
    except LedgerUnavailable as down:
        named = os.environ.get("COWBANE_REDIS_URL")
        hint = (
            "is it up, and may this user reach it?"
            if named
            else "set COWBANE_REDIS_URL, or start `cowbane up`"
        )
        raise click.ClickException(f"{down}; {hint}") from down


def say_halted(ledger: KillSwitch) -> None:
    """One line for people while a halt stands; beside the listing, so that programs read on."""
    from workers.ledger.telling import halted

    if halt := ledger.halted():
        click.secho(f"{halted(halt)}; `cowbane resume` ends it", err=True, fg="red", bold=True)


def say_halted_if_known() -> None:
    """The same for a command that needs no ledger: nothing where no Redis is set and none runs here."""
    from workers.ledger.protocol import LedgerUnavailable

    if not (os.environ.get("COWBANE_REDIS_URL") or _embedded_runs()):
        return
    try:
        say_halted(open_ledger())
    except LedgerUnavailable as down:
        click.echo(f"whether it is halted is not known: {down}", err=True)


def _embedded_runs() -> bool:
    from workers.embedded import EmbeddedRedis, NoRedis
    from workers.settings import Settings, SettingsError

    try:
        return EmbeddedRedis(Settings.from_env(os.environ).state_dir).alive
    except (SettingsError, NoRedis):
        return False
