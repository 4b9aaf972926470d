"""A real server for what only Redis can get wrong."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from guarded_redis import GuardedRedis
from ledger_bench import Bench
from waiting import eventually

from workers.embedded import EmbeddedRedis
from workers.ledger.redis import RedisLedger

DEPLOYMENTS = count()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedRedis]:
    with EmbeddedRedis(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def deployment() -> str:
    """A name that no other test has."""
    return f"only-{next(DEPLOYMENTS)}"


@pytest.fixture
def bench(server: EmbeddedRedis, deployment: str) -> Iterator[Bench]:
    ledger = RedisLedger.connect(server.url, deployment)

    def pass_time(seconds: float) -> None:
        until = ledger.now() + seconds * 1000
        eventually(lambda: ledger.now() >= until, within=seconds + 5)

    yield Bench(ledger, pass_time)
    ledger.close_connections()


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GuardedRedis]:
    """A server with a user for each role; `ab` begins as `a` does."""
    with GuardedRedis(tmp_path_factory.mktemp("users"), "users", ("a", "ab", "b")) as server:
        yield server
