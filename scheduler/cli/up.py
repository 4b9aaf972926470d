"""`cowbane up`: beat, worker and notifier (and Redis, where there is none) for one's own repo and cluster."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

import click

#: A colour a process keeps, so that the eye follows it.
_COLOURS = ("cyan", "magenta", "yellow", "green", "blue")


@click.command()
@click.option(
    "--repo", envvar="COWBANE_REPO", type=click.Path(path_type=Path), default=Path(), show_default="."
)
@click.option("--procfile", type=click.Path(path_type=Path), help="Another Procfile than the built-in one.")
def up(repo: Path, procfile: Path | None) -> None:
    """Run the Procfile's processes for your own repo and cluster until Ctrl-C.

    A process that dies is started again. There is one worker, so it injects although no second one could
    undo after it (COWBANE_SOLO=1; set it to 0 to forbid that). On Ctrl-C beat stops first, then the
    worker, which undoes what it injected, then the notifier, then Redis.
    """
    from experiments.clock import SystemClock
    from scheduler.procfile import DEFAULT, ProcfileError, read
    from scheduler.supervisor import Supervisor
    from workers.settings import Settings, SettingsError

    try:
        Settings.from_env(os.environ)
    except SettingsError as wrong:
        raise click.UsageError(str(wrong)) from wrong
    if os.environ.get("COWBANE_REPO_GIT"):
        raise click.UsageError("expected the repo in a folder, found COWBANE_REPO_GIT: only beat reads that")
    environment = _environment(repo)
    without = ("redis",) if os.environ.get("COWBANE_REDIS_URL") else ()
    try:
        text = procfile.read_text() if procfile else DEFAULT
        programs = read(text, environment, without=without)
    except (ProcfileError, OSError) as wrong:
        raise click.UsageError(str(wrong)) from wrong
    say = _Teller([program.name for program in programs])
    supervisor = Supervisor(programs=programs, environment=environment, say=say, clock=SystemClock())
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: supervisor.ask_to_stop())
    try:
        supervisor.start()
        supervisor.watch()
    finally:
        click.echo("stopping: beat, worker (it undoes), notifier")
        supervisor.stop()


def _environment(repo: Path) -> Mapping[str, str]:
    """What the processes need: the repo, its queues, and the programs of this very installation."""
    from scheduler.repo.load import load

    loaded, problems = load(repo)
    for problem in problems:
        click.echo(str(problem), err=True)
    if loaded is None:
        sys.exit(2)
    programs = str(Path(sys.executable).parent)
    return {
        "COWBANE_SOLO": "1",
        **os.environ,
        "COWBANE_REPO": str(repo.resolve()),
        "COWBANE_QUEUES": ",".join(sorted(loaded.queues)),
        "PATH": os.pathsep.join([programs, os.environ.get("PATH", os.defpath)]),
        "PYTHONUNBUFFERED": "1",
    }


class _Teller:
    """Prints the processes' lines, each behind its name."""

    def __init__(self, names: list[str]) -> None:
        self._width = max(map(len, names))
        self._colour = {name: _COLOURS[at % len(_COLOURS)] for at, name in enumerate(names)}

    def __call__(self, name: str, line: str) -> None:
        click.echo(click.style(f"{name:<{self._width}} | ", fg=self._colour[name]) + line)
