"""`cowbane demo`: everything on this machine, told line by line."""

from __future__ import annotations

import json
import signal
import tempfile
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scheduler.cli.duration import DURATION
from scheduler.cli.printing import Output

if TYPE_CHECKING:
    from scheduler.demo.stage import Stage
    from scheduler.demo.story import Line
    from scheduler.demo.summary import Summary
    from scheduler.demo.watcher import Watcher

#: Seconds between two looks.
LOOK_SECONDS = 0.25
_SIGNS = {
    "fire": ("▶", "cyan"),
    "pod": ("○", "white"),
    "fault": ("⚡", "yellow"),
    "good": ("✔", "green"),
    "bad": ("✖", "red"),
    "quiet": ("·", "bright_black"),
    "message": ("✉", "magenta"),
}


@click.command()
@click.option(
    "--for", "seconds", type=DURATION, help="End by itself after e.g. 60s or 2m; else Ctrl-C ends it."
)
@click.option(
    "--output", type=click.Choice([Output.TABLE.value, Output.JSON.value]), default=Output.TABLE.value
)
@click.option(
    "--keep", type=click.Path(path_type=Path), help="Keep the repo, logs and messages in this folder."
)
def demo(seconds: float | None, output: str, keep: Path | None) -> None:
    """Run the whole system on this machine: Redis, a simulated cluster, beat, worker, notifier.

    Random chaos begins within seconds. With --for it ends by itself, prints what happened, and exits 0
    only if scheduled runs ended and messages arrived.
    """
    from scheduler.demo.stage import staged
    from scheduler.demo.summary import summary
    from scheduler.demo.watcher import Watcher
    from workers.embedded import NoRedis

    quiet = output == Output.JSON.value
    over = _asked_to_stop()
    with ExitStack() as stack:
        folder = keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cowbane-demo-")))
        folder.mkdir(parents=True, exist_ok=True)
        log = stack.enter_context((folder / "demo.log").open("a"))
        say = _logger(log.write)
        try:
            stage = stack.enter_context(staged(folder, say))
        except NoRedis as missing:
            raise click.ClickException(str(missing)) from missing
        watcher = Watcher(stage, (lambda line: None) if quiet else _tell)
        if not quiet:
            _welcome(stage, seconds)
        _watch(stage, watcher, over, seconds)
        result = summary(watcher.last, watcher.pods_replaced)
    click.echo(json.dumps(result.as_dict(), indent=2)) if quiet else _print(result, seconds)
    raise SystemExit(0 if result.good or seconds is None else 1)


def _asked_to_stop() -> threading.Event:
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    return over


def _watch(stage: Stage, watcher: Watcher, over: threading.Event, seconds: float | None) -> None:
    """Look until the end, then look on while everything is being stopped: the undos are worth seeing."""
    keeper = threading.Thread(target=stage.supervisor.watch, args=(seconds,))
    keeper.start()
    while keeper.is_alive() and not over.wait(LOOK_SECONDS):
        watcher.look()
    stopper = threading.Thread(target=stage.supervisor.stop)
    stopper.start()
    while stopper.is_alive():
        stopper.join(LOOK_SECONDS)
        watcher.look()
    keeper.join()
    watcher.look()


def _logger(write: Callable[[str], object]) -> Callable[[str, str], None]:
    lock = threading.Lock()

    def say(name: str, line: str) -> None:
        with lock:
            write(f"{name:<9}| {line}\n")

    return say


def _welcome(stage: Stage, seconds: float | None) -> None:
    how_long = f"for {seconds:g} s" if seconds else "until Ctrl-C"
    click.secho(f"Cowbane demo, {how_long}: random chaos in a simulated cluster.", bold=True)
    click.echo(f"Repo {stage.folder / 'repo'}; logs {stage.folder / 'demo.log'}.")
    click.echo("Beat, worker and notifier are starting; the first fire is seconds away.\n")


def _tell(line: Line) -> None:
    from experiments.clock import SystemClock

    sign, colour = _SIGNS[line.kind.value]
    time = click.style(f"{SystemClock().now().astimezone():%H:%M:%S}", dim=True)
    what = click.style(f"{sign} {line.what:<10}", fg=colour)
    click.echo(f"{time}  {what}  {_shortened(line.text)}")


def _shortened(text: str, width: int = 150) -> str:
    line = " ".join(text.split())
    return line if len(line) <= width else line[: width - 1] + "…"


def _print(result: Summary, seconds: float | None) -> None:
    click.secho("\nWhat happened", bold=True)
    rows = [
        ("fires", result.fires),
        *((f"  {outcome}", count) for outcome, count in result.outcomes.items()),
        ("pods replaced", result.pods_replaced),
        ("faults left in", result.faults_left),
        *((f"messages to {kind}", count) for kind, count in result.messages.items()),
    ]
    for name, count in rows:
        click.echo(f"{name:<22}{count:>5}")
    if seconds:
        click.echo("\n`cowbane demo` runs on until Ctrl-C; `--keep DIR` keeps its repo and logs.")
