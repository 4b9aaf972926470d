"""`cowbane schedule`: what fires when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from experiments.clock import SystemClock
from scheduler.cli.ledger import say_halted_if_known
from scheduler.cli.printing import Output, output_option, print_rows
from scheduler.cli.repo import mode, open_repo, repo_option

if TYPE_CHECKING:
    from scheduler.plan import Fire
    from scheduler.repo.model import Repo, Schedule


@click.group()
def schedule() -> None:
    """What fires when: list, preview."""


@schedule.command("list")
@repo_option
@output_option
def list_schedules(root: Path | None, output: str) -> None:
    """Every schedule of the repo."""
    repo = open_repo(root)
    rows = [_entry(each) for each in repo.schedules.values()]
    print_rows(rows, output, empty="No schedule in this repo.")
    say_halted_if_known()


@schedule.command("preview")
@repo_option
@click.option("--days", type=click.IntRange(1, 366), default=7, show_default=True)
@click.option("--start", help="UTC, e.g. 2026-11-23T00:00:00.  [default: now]")
@click.option(
    "--seed-file",
    envvar="COWBANE_SEED_FILE",
    type=click.Path(path_type=Path),
    help="The deployment's seed; without it random times stay secret.",
)
@output_option
def preview(root: Path | None, days: int, start: str | None, seed_file: Path | None, output: str) -> None:
    """Exactly the fires that later run, in order of time."""
    seed = _seed(seed_file)
    repo = open_repo(root)
    begin = _moment(start) if start else SystemClock().now()
    fires = _fires(repo, seed, begin, begin + timedelta(days=days))
    unknown = [] if seed else [_without_seed(each) for each in _drawn(repo)]
    if Output(output) is not Output.TABLE:
        print_rows([*map(_line, fires), *unknown], output, empty="")
        return
    print_rows([*map(_short, fires)], output, empty=f"No fire known in {days} days.")
    for row in unknown:
        click.echo(f"{row['schedule']}: {row['when']} ({row['zone']}), {row['mode']}")
    if unknown:
        click.echo("Random times come from the deployment's seed; give --seed-file to see them.")


def _seed(path: Path | None) -> bytes | None:
    from scheduler.seed import SeedError, read_seed

    try:
        return read_seed(path) if path else None
    except SeedError as wrong:
        raise click.UsageError(str(wrong)) from wrong


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise click.UsageError(f"--start: expected e.g. 2026-11-23T00:00:00, found {text!r}") from wrong
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _fires(repo: Repo, seed: bytes | None, begin: datetime, end: datetime) -> list[Fire]:
    """Without the seed those of cron only: they do not depend on it."""
    from dataclasses import replace

    from scheduler.plan import plan

    drawn = set() if seed else {each.name for each in _drawn(repo)}
    known = {name: each for name, each in repo.schedules.items() if name not in drawn}
    return list(plan(replace(repo, schedules=known), seed or b"", begin, end))


def _drawn(repo: Repo) -> list[Schedule]:
    from scheduler.when.times import CronTimes

    return [each for each in repo.schedules.values() if not isinstance(each.when, CronTimes)]


def _line(fire: Fire) -> dict[str, object]:
    return {
        "at": _local(fire).isoformat(),
        "utc": f"{fire.nominal:%Y-%m-%dT%H:%M:%SZ}",
        "run_id": fire.run_id,
        **_entry(fire.schedule),
    }


def _without_seed(schedule: Schedule) -> dict[str, object]:
    return {"at": None, "utc": None, "run_id": None, **_entry(schedule)}


def _entry(schedule: Schedule) -> dict[str, object]:
    from scheduler.when.fires import allowed_time

    return {
        "schedule": schedule.name,
        "when": f"{schedule.when} inside {allowed_time(schedule)}",
        "zone": schedule.timezone,
        "experiment": schedule.experiment,
        "queue": schedule.queue,
        "owner": schedule.owner,
        "mode": mode(schedule),
    }


def _short(fire: Fire) -> dict[str, object]:
    """What a person wants to see of a fire; it fits on a line of a terminal."""
    schedule = fire.schedule
    return {
        "at": f"{_local(fire):%a %Y-%m-%d %H:%M:%S %Z}",
        "schedule": schedule.name,
        "owner": schedule.owner,
        "mode": mode(schedule),
    }


def _local(fire: Fire) -> datetime:
    from zoneinfo import ZoneInfo

    return fire.nominal.astimezone(ZoneInfo(fire.schedule.timezone))
