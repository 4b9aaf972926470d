"""Beat, worker and notifier each have a user of Redis of their own, and start only on one that they trust."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e.production import Production, production
from waiting import eventually

WAITS = "nothing starts until it does"
PROGRAMS = (("notifier", "notifier"), ("worker", "worker-a"), ("beat", "beat"))


@pytest.fixture
def deployment(tmp_path: Path) -> Iterator[Production]:
    with production(tmp_path) as started:
        yield started


def test_a_dry_run_goes_from_the_repo_to_the_message_with_a_user_for_each_role(
    deployment: Production,
) -> None:
    notifier, _, _ = [deployment.start(*each) for each in PROGRAMS]
    eventually(lambda: len(deployment.ended()) >= 3, within=40, what=f"runs\n{deployment.logs()}")
    eventually(lambda: "event=run-passed" in notifier.log.read_text(), what="a message")
    for each in deployment.ended():
        assert (each.outcome, each.dry) == ("passed", True), each.reason
    assert (deployment.page.asked > 2, deployment.page.broken) == (True, False)
    _assert_nobody_was_refused(deployment)
    for process in reversed(deployment.processes):
        assert process.stop() == 0
    _assert_no_password_is_shown(deployment)


def test_a_wrong_password_is_one_sentence_that_does_not_hold_it(deployment: Production) -> None:
    deployment.redis.password_file("beat").write_text("secret-of-nobody-at-all")
    beat = deployment.start("beat", "beat")
    eventually(lambda: WAITS in beat.log.read_text(), within=20)
    assert "invalid username-password pair" in beat.log.read_text()
    _assert_no_password_is_shown(deployment)


@pytest.mark.parametrize(("program", "role"), PROGRAMS)
def test_on_a_redis_that_forgets_nothing_starts_in_production(
    tmp_path: Path, program: str, role: str
) -> None:
    with production(tmp_path, "--appendonly", "no") as deployment:
        process = deployment.start(program, role)
        assert process.popen.wait(30) == 1
        words = (
            "cowbane: production needs a durable Redis: Redis keeps nothing over a restart: set appendonly"
        )
        assert words in process.log.read_text()
        assert "Traceback" not in process.log.read_text()


def test_a_redis_that_is_away_at_the_start_is_waited_for_and_said_once(deployment: Production) -> None:
    deployment.redis.stop()
    processes = [deployment.start(*each) for each in PROGRAMS]
    eventually(lambda: all(WAITS in each.log.read_text() for each in processes), within=30)
    eventually(lambda: all(deployment.health(role, "live")[0] == 0 for _, role in PROGRAMS))
    assert all(deployment.health(role, "ready")[0] == 1 for _, role in PROGRAMS)
    deployment.redis.start()
    eventually(deployment.ended, within=40, what=f"a run\n{deployment.logs()}")
    for process in processes:
        assert process.log.read_text().count(WAITS) == 1


@pytest.mark.parametrize(("program", "role"), PROGRAMS)
def test_who_waits_for_redis_can_be_stopped(deployment: Production, program: str, role: str) -> None:
    deployment.redis.stop()
    process = deployment.start(program, role)
    eventually(lambda: WAITS in process.log.read_text(), within=30)
    assert process.stop(within=10) == 0
    deployment.redis.start()


def _assert_nobody_was_refused(deployment: Production) -> None:
    """But the one question that nobody needs answered: how often the server writes to its disk."""
    admin = deployment.redis.admin()
    entries = [dict(zip(each[::2], each[1::2], strict=True)) for each in admin.execute_command("ACL", "LOG")]
    admin.close()
    refused = {(each["username"], each["object"]) for each in entries}
    assert {what for user, what in refused if user != "health"} <= {"config|get"}, refused


def _assert_no_password_is_shown(deployment: Production) -> None:
    told = [each.log.read_text() for each in deployment.processes]
    told += [(deployment.redis.folder / name).read_text() for name in ("redis.log", "users.acl")]
    assert all("secret-of" not in each for each in told)
