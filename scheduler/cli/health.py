"""`cowbane health`: the probes of a pod, answered from what its process left in the state folder."""

from __future__ import annotations

import os

import click


@click.command()
@click.argument("question", type=click.Choice(["live", "ready"]))
def health(question: str) -> None:
    """Is the process of this state folder alive, or ready for work?

    Looks at COWBANE_STATE_DIR, where beat, workers and the notifier leave their signs of life. Exits 0 for
    yes; 1 for no, with a sentence for each process that is not.
    """
    from experiments.clock import SystemClock
    from workers.health import LIVE, READY, complaints
    from workers.settings import Settings, SettingsError

    try:
        folder = Settings.from_env(os.environ).health_folder
    except SettingsError as wrong:
        raise click.UsageError(str(wrong)) from wrong
    asked = LIVE if question == "live" else READY
    found = complaints(folder, asked, SystemClock().now().timestamp())
    for each in found:
        click.echo(each)
    raise SystemExit(1 if found else 0)
