from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from repos import SHOP, shop
from timing import utc

from scheduler.cli.repo import check
from scheduler.cli.schedule import schedule
from scheduler.plan import plan
from scheduler.repo.checkouts import Checkouts
from scheduler.repo.load import load
from scheduler.repo.source import GitSource

SEED = b"0123456789abcdef0123456789abcdef"


@click.command()
@click.argument("root", type=click.Path(path_type=Path))
@click.option("--output", default="table")
def check_repo(root: Path, output: str) -> None:
    check(root, output)


def _preview(*arguments: str) -> Result:
    start = ("--start", "2026-11-23T00:00:00")
    return CliRunner().invoke(schedule, ["preview", "--repo", str(SHOP), *start, *arguments], env={})


@pytest.fixture
def seed_file(tmp_path: Path) -> str:
    path = tmp_path / "seed"
    path.write_bytes(SEED + b"\n")
    return str(path)


def test_the_preview_is_what_later_runs(seed_file: str) -> None:
    repo, _ = load(SHOP)
    assert repo is not None
    start = utc("2026-11-23T00:00:00")
    rows = json.loads(_preview("--days", "3", "--seed-file", seed_file, "--output", "json").stdout)
    assert [row["run_id"] for row in rows] == [
        fire.run_id for fire in plan(repo, SEED, start, start + timedelta(days=3))
    ]
    assert (rows[0]["at"], rows[0]["utc"]) == ("2026-11-23T09:00:00+01:00", "2026-11-23T08:00:00Z")


def test_without_the_seed_random_times_stay_secret_and_the_preview_says_so() -> None:
    rows = json.loads(_preview("--days", "1", "--output", "json").stdout)
    known = [row for row in rows if row["at"]]
    assert {row["schedule"] for row in known} == {"kill-any-pod"}
    assert [row["when"] for row in rows if not row["at"]] == [
        "3 per day inside office, not freeze",
        "about 0.5 per day inside any time, not office or freeze",
    ]
    table = _preview("--days", "1").stdout
    assert "disrupt-any-network: 3 per day inside office, not freeze (Europe/Madrid), armed" in table
    assert "give --seed-file to see them" in table


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--start", "tomorrow"), "--start: expected e.g. 2026-11-23T00:00:00, found 'tomorrow'"),
        (("--seed-file", "/nowhere"), "/nowhere cannot be read"),
        (("--days", "0"), "--days"),
    ],
)
def test_wrong_usage_is_one_sentence_and_ends_with_2(arguments: tuple[str, ...], said: str) -> None:
    result = _preview(*arguments)
    assert result.exit_code == 2
    assert said in result.output


def test_a_repo_with_an_error_is_not_previewed(tmp_path: Path) -> None:
    root = shop(tmp_path, ("cowbane.yaml", "armed: true", "armd: true"))
    result = CliRunner().invoke(schedule, ["list", "--repo", str(root)])
    assert result.exit_code == 2
    assert f"{root}/cowbane.yaml:3:1: unknown key 'armd'" in result.output


def test_beside_beat_the_repo_of_git_is_what_beat_has_checked_out(tmp_path: Path) -> None:
    env = {
        "COWBANE_STATE_DIR": str(tmp_path),
        "COWBANE_REPO": "",
        "COWBANE_REPO_GIT": "https://git.example.com/chaos",
    }
    nothing = CliRunner().invoke(schedule, ["list"], env=env)
    assert nothing.exit_code == 2
    assert "current:1:1: expected a folder with cowbane.yaml, found none" in nothing.output
    git = GitSource.from_env(env)
    assert git
    checkouts = Checkouts(git.folder(tmp_path))
    with checkouts.scratch() as scratch:
        checkouts.take("a1", shop(scratch))
    listed = CliRunner().invoke(schedule, ["list", "--output", "json"], env=env)
    assert {row["schedule"] for row in json.loads(listed.stdout)} >= {"kill-any-pod"}


def test_check_sums_a_good_repo_up() -> None:
    result = CliRunner().invoke(check_repo, [str(SHOP)])
    assert result.exit_code == 0
    assert "2 armed, 1 dry" in result.output
    told = json.loads(CliRunner().invoke(check_repo, [str(SHOP), "--output", "json"]).stdout)
    assert told["problems"] == []
    assert [row["mode"] for row in told["schedules"]] == ["armed", "armed", "dry"]


def test_check_prints_every_problem_of_a_bad_one_and_ends_with_2(tmp_path: Path) -> None:
    changes = [("cowbane.yaml", "armed: true", "armd: true"), ("schedules/shop.yaml", "*/20", "99")]
    root = shop(tmp_path, *changes)
    result = CliRunner().invoke(check_repo, [str(root)])
    assert result.exit_code == 2
    assert [line.split(": ")[0] for line in result.stdout.splitlines()] == [
        f"{root}/cowbane.yaml:3:1",
        f"{root}/schedules/shop.yaml:6:19",
    ]
