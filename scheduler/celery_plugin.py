"""A plug-in of the `celery` command: it is imported before Celery looks at `-A`, and nothing else of ours is.

So the refusal of a foreign `workers` package stands here, for beat, the workers and the notifier alike.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from scheduler.origin import OURS, refusal


@click.command("cowbane")
def command() -> None:
    """Where Cowbane is installed."""
    click.echo(OURS)


if wrong := refusal(sys.argv[1:], os.environ, Path.cwd(), sys.path):
    sys.exit(f"cowbane: {wrong}")
