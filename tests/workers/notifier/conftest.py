"""What the notifier's tests share: an event, a receiver, and channels that speak to it over real HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from desk import Desk

from experiments.clock import FixedClock
from workers.ledger.memory import MemoryLedger
from workers.notifier.channel import Channel
from workers.notifier.events import Event, EventName
from workers.notifier.receiver import Receiver

NOW = datetime(2026, 11, 23, 9, 20, tzinfo=UTC)


@pytest.fixture
def event() -> Callable[..., Event]:
    """Make an event of a run of `abort-half`; arguments replace its fields."""

    def make(name: EventName = EventName.RUN_DEVIATED, run: int = 1, **fields: Any) -> Event:
        run_id = f"abort-half-20261123t0917{run:02d}z"
        values: dict[str, Any] = {
            "id": f"{run_id}/{name}",
            "time": "2026-11-23T09:18:04.123Z",
            "reason": "'all answer' does not hold: expected 200, found 503",
            "run_id": run_id,
            "fire_id": f"abort-half@2026-11-23T09:17:{run:02d}Z",
            "schedule": "abort-half",
            "owner": "team-shop",
            "queue": "go-demo-8",
            "cluster": "prod",
            "namespaces": ("go-demo-8",),
            "experiment": "network.yaml",
            "title": "What if half of the requests fail?",
        }
        return Event(name=name, **{**values, **fields})

    return make


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as opened:
        yield opened


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(folder=tmp_path)


@pytest.fixture
def slack_bot(desk: Desk, receiver: Receiver) -> Channel:
    desk.environ["SLACK_TOKEN"] = "xoxb-good"
    return desk.channel(
        type="slack", channel="C0123456", token={"env": "SLACK_TOKEN"}, api_url=f"{receiver.url}/api/"
    )


@pytest.fixture
def slack_hook(desk: Desk, receiver: Receiver) -> Channel:
    desk.environ["SLACK_URL"] = f"{receiver.url}/services/T0/B0/XXX"
    return desk.channel(type="slack", url={"env": "SLACK_URL"})


@pytest.fixture
def webhook(desk: Desk, receiver: Receiver) -> Channel:
    return desk.channel(type="webhook", url=f"{receiver.url}/chaos")


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def ledger(clock: FixedClock) -> MemoryLedger:
    return MemoryLedger(clock)
