"""Every ledger that there is, for every law."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count

import pytest
from ledger_bench import Bench
from waiting import eventually

from experiments.clock import FixedClock
from workers.embedded import EmbeddedRedis
from workers.ledger.leases import Leases
from workers.ledger.memory import MemoryLedger
from workers.ledger.redis import RedisLedger

DEPLOYMENTS = count()
#: For the laws about what runs out.
BRIEF = Leases(run=0.3, lead=0.3, reaper=0.3)


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real server for the session."""
    with EmbeddedRedis(tmp_path_factory.mktemp("redis")) as server:
        yield server.url


@pytest.fixture(params=["memory", "redis"])
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    """A ledger with the leases of production."""
    yield from _bench(request, Leases())


@pytest.fixture(params=["memory", "redis"])
def brief(request: pytest.FixtureRequest) -> Iterator[Bench]:
    """A ledger whose leases are over in 0.3 s."""
    yield from _bench(request, BRIEF)


def _bench(request: pytest.FixtureRequest, leases: Leases) -> Iterator[Bench]:
    if request.param == "memory":
        clock = FixedClock(datetime(2026, 11, 23, 9, 17, tzinfo=UTC))
        yield Bench(MemoryLedger(clock, leases=leases), clock.advance)
        return
    ledger = RedisLedger.connect(request.getfixturevalue("redis_url"), f"test-{next(DEPLOYMENTS)}", leases)

    def pass_time(seconds: float) -> None:
        until = ledger.now() + seconds * 1000
        eventually(lambda: ledger.now() >= until, within=seconds + 5)

    yield Bench(ledger, pass_time)
    ledger.close_connections()
