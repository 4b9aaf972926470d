"""`cowbane run`: one run now, on this machine, with the rights of whoever runs it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scheduler.cli.duration import DURATION
from scheduler.cli.experiment import overridden, read_runnable

if TYPE_CHECKING:
    from experiments.engine.progress import Progress
    from experiments.engine.stop import Stop
    from experiments.journal import Journal
    from experiments.model import Experiment
    from scheduler.laptop import RunOptions

_FILE = click.Path(path_type=Path)


@click.command()
@click.argument("experiment", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--journal", type=_FILE, default="journal.json", show_default=True, help="Written at the end.")
@click.option(
    "--var", "overrides", multiple=True, metavar="NAME[:TYPE]=VALUE", help="Replaces configuration."
)
@click.option("--dry", is_flag=True, help="Real probes and a real choice of targets; nothing is changed.")
@click.option("--seed", default="", help="Repeat the draws of another run: the `run_seed` of its journal.")
@click.option("--keep-faults", is_flag=True, help="Leave our own faults in at the end.")
@click.option("--deadline", type=DURATION, default="30m", show_default=True, help="The run is stopped then.")
@click.option("--kubeconfig", type=click.Path(exists=True), help="Else the pod's own, else KUBECONFIG.")
@click.option("--context", help="Context of the kubeconfig.")
@click.option("--output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def run(experiment: Path, journal: Path, overrides: tuple[str, ...], output: str, **options: Any) -> None:
    """Run EXPERIMENT once and undo what it injected.

    Exits 0 when it passed and everything was undone, 1 when it ended otherwise, 2 when the file or the
    call is wrong.
    """
    from scheduler.laptop import RunOptions

    read = read_runnable(experiment)
    asked = RunOptions(values=overridden(overrides), **_checked(options))
    _check_writable(journal)
    result = _performed(read, asked, output)
    journal.write_text(result.as_json(indent=2) + "\n")
    if output == "json":
        click.echo(result.as_json(indent=2))
    raise SystemExit(0 if result.outcome == "passed" and not result.undo_failed else 1)


def _performed(experiment: Experiment, options: RunOptions, output: str) -> Journal:
    from experiments.clock import SystemClock
    from experiments.engine.interrupter import interrupting
    from experiments.engine.run import run as perform
    from experiments.engine.stop import Stop
    from scheduler.laptop import laptop_host

    stop = Stop()
    if output == "text":
        click.echo(f"{experiment.title}{' (dry)' if options.dry else ''}")
    host = laptop_host(options, stop, SystemClock(), _tell if output == "text" else lambda event: None)
    with _bounded(stop, options.deadline), interrupting(stop, "stopped by hand"):
        return perform(experiment, host)


def _checked(options: dict[str, Any]) -> dict[str, Any]:
    try:
        bytes.fromhex(options["seed"])
    except ValueError as wrong:
        raise click.UsageError(f"--seed: expected hex digits, found {options['seed']!r}") from wrong
    return options


def _check_writable(journal: Path) -> None:
    """Before anything is done: what a run did must not be lost for a folder that is not there."""
    try:
        journal.open("a").close()
    except OSError as wrong:
        raise click.UsageError(f"--journal: {journal} cannot be written: {wrong.strerror}") from wrong


@contextmanager
def _bounded(stop: Stop, seconds: float) -> Iterator[None]:
    timer = threading.Timer(seconds, lambda: stop.request("the run's deadline is over"))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _tell(event: Progress) -> None:
    from experiments import narration
    from experiments.engine.progress import Verdict

    if not (text := narration.line(event)):
        return
    if isinstance(event, Verdict):
        good = event.outcome == "passed" and not event.undo_failed
        click.secho(text, fg="green" if good else "red", bold=True)
    else:
        click.echo(f"  {text}")
