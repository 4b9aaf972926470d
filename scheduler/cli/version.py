"""`cowbane version`."""

from __future__ import annotations

from importlib.metadata import version as installed

import click

_SHOWN = ("cowbane", "celery", "kombu", "redis", "kubernetes", "croniter", "slack-sdk", "tzdata")


@click.command()
def version() -> None:
    """What is installed."""
    for name in _SHOWN:
        click.echo(f"{name} {installed(name)}")
