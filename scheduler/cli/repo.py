"""The repo on the command line: opened or refused with every problem, and summed up."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from experiments.clock import SystemClock
from scheduler.cli.printing import Output, print_document, print_rows

if TYPE_CHECKING:
    from datetime import datetime

    from experiments.format.problem import Problem
    from scheduler.repo.model import Repo, Schedule

repo_option = click.option(
    "--repo",
    "root",
    type=click.Path(path_type=Path),
    help="The repo's folder.  [default: COWBANE_REPO, what beat has of COWBANE_REPO_GIT, this folder]",
)


def check(path: Path, output: str) -> None:
    """Print every problem of the repo at `path` and end with 2, or print what its schedules do."""
    from scheduler.repo.load import load
    from scheduler.repo.outlook import outlook

    now = SystemClock().now()
    repo, problems = load(path)
    found = [_below(path, each) for each in [*problems, *(outlook(repo, now) if repo else ())]]
    rows = [_row(each, now) for each in repo.schedules.values()] if repo else []
    if Output(output) is Output.TABLE:
        for problem in found:
            click.echo(problem)
        if repo:
            print_rows(rows, output, empty="No schedule: nothing will ever fire.")
            click.echo(_summary(repo))
    else:
        _print_all(found, rows, output)
    if repo is None:
        click.get_current_context().exit(2)


def open_repo(root: Path | None) -> Repo:
    """The repo a command works on; ends with 2 and every error when there is none."""
    from scheduler.repo.load import load

    path = root or _of_environment() or Path.cwd()
    repo, problems = load(path)
    return repo if repo else _refuse(path, problems)


def _of_environment() -> Path | None:
    """In beat's pod that is the repo in force."""
    from scheduler.repo.checkouts import Checkouts
    from scheduler.repo.source import GitSource
    from workers.settings import Settings, SettingsError

    try:
        settings, git = Settings.from_env(os.environ), GitSource.from_env(os.environ)
    except SettingsError as wrong:
        raise click.UsageError(str(wrong)) from wrong
    return Checkouts(git.folder(settings.state_dir)).link if git else settings.repo


def mode(schedule: Schedule) -> str:
    """Whether it injects."""
    return "armed" if schedule.armed else "dry"


def _refuse(path: Path, problems: list[Problem]) -> NoReturn:
    for problem in problems:
        click.echo(_below(path, problem), err=True)
    raise click.exceptions.Exit(2)


def _below(root: Path, problem: Problem) -> Problem:
    """The problem with a path one can jump to from here."""
    return problem if problem.file == str(root) else replace(problem, file=str(root / problem.file))


def _row(schedule: Schedule, now: datetime) -> dict[str, object]:
    from scheduler.when.fires import allowed_time, next_fire
    from scheduler.when.times import CronTimes

    allowed = allowed_time(schedule)
    if isinstance(schedule.when, CronTimes):
        fire = next_fire(schedule, b"", now)
        coming = f"{fire.astimezone(allowed.zone):%a %Y-%m-%d %H:%M:%S %Z}" if fire else "never"
    else:
        coming = "random"
    return {
        "schedule": schedule.name,
        "when": str(schedule.when),
        "inside": str(allowed),
        "next fire": coming,
        "queue": schedule.queue,
        "owner": schedule.owner,
        "mode": mode(schedule),
    }


def _summary(repo: Repo) -> str:
    dry = sum(not each.armed for each in repo.schedules.values())
    armed = len(repo.schedules) - dry
    note = "" if repo.armed else "; nothing is injected until cowbane.yaml says `armed: true`"
    return f"{armed} armed, {dry} dry, revision {repo.revision[:12]}{note}"


def _print_all(problems: list[Problem], rows: list[dict[str, object]], output: str) -> None:
    told = [
        {
            "file": each.file,
            "line": each.at.line,
            "column": each.at.column,
            "severity": each.severity.value,
            "message": each.message,
        }
        for each in problems
    ]
    print_document({"problems": told, "schedules": rows}, output)
