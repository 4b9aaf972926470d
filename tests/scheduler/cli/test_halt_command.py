"""`cowbane halt` and `cowbane resume` on a real Redis: what they say, and with which exit."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml
from click.testing import CliRunner, Result
from ledger_bench import PASSED, Bench, intent
from repos import SHOP

from scheduler.cli.halt import halt, resume
from scheduler.cli.runs import runs
from scheduler.cli.schedule import schedule
from workers.embedded import EmbeddedRedis
from workers.ledger.redis import RedisLedger

SINCE = r"since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC until"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedRedis]:
    with EmbeddedRedis(tmp_path) as server:
        yield server


@pytest.fixture
def bench(server: EmbeddedRedis) -> Iterator[Bench]:
    ledger = RedisLedger.connect(server.url, "cowbane")
    yield Bench(ledger, lambda _: None)
    ledger.close_connections()


def _call(server: EmbeddedRedis, command: click.Command, *words: str, actor: str = "ann@laptop") -> Result:
    environment = {"COWBANE_REDIS_URL": server.url, "COWBANE_ACTOR": actor, "COWBANE_REPO": ""}
    return CliRunner().invoke(command, words, env=environment)


def test_a_halt_and_a_resume_are_told_with_who_and_why(server: EmbeddedRedis, bench: Bench) -> None:
    halted = _call(server, halt, "--reason", "release\nday")
    assert (halted.exit_code, halted.stderr) == (0, "")
    first, second = halted.stdout.splitlines()
    assert re.fullmatch(rf"halted by ann@laptop {SINCE} somebody resumes: release day", first)
    assert second == "No run is open, no undo is owed."
    again = _call(server, halt, "--for", "10m", actor="bob")
    assert again.stdout.splitlines()[0] == f"already {first}"
    resumed = _call(server, resume, "--reason", "all clear", actor="bob")
    assert (resumed.exit_code, resumed.stdout) == (0, f"Resumed; it was {first}\n")
    assert bench.reasons()["resumed"] == f"resumed by bob: all clear; it was {first}"
    nothing = _call(server, resume)
    assert (nothing.exit_code, nothing.stdout) == (0, "Nothing was halted.\n")


def test_who_gives_no_name_is_the_user_at_the_host(server: EmbeddedRedis) -> None:
    assert re.match(r"halted by [^@ ]+@[^@ ]+ since", _call(server, halt, actor="").stdout)


def test_what_is_still_open_after_the_wait_is_shown_and_is_exit_1(
    server: EmbeddedRedis, bench: Bench
) -> None:
    claim = bench.claimed()
    bench.ledger.record(claim.hold, intent(claim))
    left = _call(server, halt, "--wait", "1s")
    assert left.exit_code == 1
    assert left.stdout.count(claim.order.run_id) == 2
    assert "`cowbane undo RUN` undoes it by hand" in left.stdout
    told = _call(server, halt, "--wait", "1s", "--output", "json")
    row = {
        "run": claim.order.run_id,
        "queue": claim.order.queue,
        "state": "claimed",
        "worker": "worker-a",
        "owed": 1,
    }
    said = json.loads(told.stdout)
    assert (said["left"], said["stopped"], said["already"]) == ([row], [row], True)


def test_what_nobody_has_claimed_is_stopped_but_not_waited_for(server: EmbeddedRedis, bench: Bench) -> None:
    run = bench.queued().run_id
    halted = _call(server, halt, "--wait", "30s", "--for", "1m")
    assert halted.exit_code == 0
    assert run in halted.stdout
    assert halted.stdout.splitlines()[-1] == "All of it has ended, and no undo is owed."


def test_programs_read_a_halt_as_plain_data(server: EmbeddedRedis, bench: Bench) -> None:
    bench.ledger.end(bench.claimed().hold, PASSED)
    said = yaml.safe_load(_call(server, halt, "--for", "1h", "--output", "yaml").stdout)
    assert (said["halt"]["by"], said["halt"]["reason"]) == ("ann@laptop", "")
    assert said["halt"]["since"] < said["halt"]["until"]
    assert (said["stopped"], said["left"]) == ([], None)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--for", "5s", "--wait", "5s"), "--wait: expected less than --for"),
        (("--for", "soon"), "expected a duration like 30s, 10m, 4h or 2d, found 'soon'"),
        (("--wait", "-1s"), "expected a duration"),
    ],
)
def test_wrong_usage_halts_nothing_and_is_exit_2(
    server: EmbeddedRedis, bench: Bench, words: tuple[str, ...], said: str
) -> None:
    wrong = _call(server, halt, *words)
    assert wrong.exit_code == 2
    assert said in wrong.stderr
    assert bench.ledger.halted() is None


@pytest.mark.parametrize("command", [halt, resume])
def test_a_redis_that_is_away_is_one_sentence_and_exit_1(
    server: EmbeddedRedis, command: click.Command
) -> None:
    server.stop()
    away = _call(server, command)
    assert away.exit_code == 1
    assert away.stderr.startswith("Error: Redis at ")
    assert len(away.stderr.splitlines()) == 1


@pytest.mark.parametrize(("command", "words"), [(runs, ("list",)), (schedule, ("list", "--repo", str(SHOP)))])
def test_a_listing_says_while_it_is_halted_beside_its_rows(
    server: EmbeddedRedis, bench: Bench, command: click.Command, words: tuple[str, ...]
) -> None:
    bench.queued()
    assert _call(server, command, *words).stderr == ""
    bench.ledger.halt("ann", "release day", None)
    listed = _call(server, command, *words, "--output", "json")
    assert re.fullmatch(
        rf"halted by ann {SINCE} somebody resumes: release day; `cowbane resume` ends it\n", listed.stderr
    )
    assert json.loads(listed.stdout)


def test_a_repo_is_listed_where_no_ledger_answers(server: EmbeddedRedis) -> None:
    server.stop()
    listed = _call(server, schedule, "list", "--repo", str(SHOP))
    assert listed.exit_code == 0
    assert listed.stderr.startswith("whether it is halted is not known: Redis at ")
    environment = {"COWBANE_REDIS_URL": "", "COWBANE_STATE_DIR": str(server.socket.parent)}
    alone = CliRunner().invoke(schedule, ["list", "--repo", str(SHOP)], env=environment)
    assert (alone.exit_code, alone.stderr) == (0, "")
