"""Production starts on a Redis that keeps what it acknowledged, and waits for one that is away."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import TypeAlias

import pytest

from workers.admission import await_durable
from workers.ledger.protocol import LedgerUnavailable
from workers.ledger.redis.durability import Durability, Keeps
from workers.settings import SettingsError

Saying: TypeAlias = tuple[Callable[[], Durability], Callable[[float], None], list[float]]


def _saying(*answers: Durability | None) -> Saying:
    """A Redis that gives these answers, None for none, and a pause that is only counted."""
    coming: Iterator[Durability | None] = iter(answers)
    paused: list[float] = []

    def ask() -> Durability:
        answer = next(coming)
        if answer is None:
            raise LedgerUnavailable("Redis at redis:6379 does not answer")
        return answer

    return ask, paused.append, paused


@pytest.mark.parametrize(
    ("keeps", "assumed", "starts"),
    [
        (Keeps.ALL, False, True),
        (Keeps.NEARLY_ALL, False, True),
        (Keeps.UNKNOWN, False, False),
        (Keeps.UNKNOWN, True, True),
        (Keeps.NOTHING, False, False),
        (Keeps.NOTHING, True, False),
    ],
)
def test_what_starts_depends_on_what_redis_keeps(keeps: Keeps, assumed: bool, starts: bool) -> None:
    ask, pause, _ = _saying(Durability(keeps, "so it says"))
    if starts:
        await_durable(ask, assumed=assumed, pause=pause)
        return
    with pytest.raises(SettingsError, match="production needs a durable Redis: so it says"):
        await_durable(ask, assumed=assumed, pause=pause)


def test_a_redis_that_may_forget_a_second_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    ask, pause, _ = _saying(Durability(Keeps.NEARLY_ALL, "a second may be forgotten"))
    await_durable(ask, assumed=False, pause=pause)
    assert [(each.levelno, each.message) for each in caplog.records] == [
        (logging.WARNING, "a second may be forgotten")
    ]


def test_a_redis_that_is_away_is_waited_for_and_said_once(caplog: pytest.LogCaptureFixture) -> None:
    ask, pause, paused = _saying(None, None, None, Durability(Keeps.ALL))
    await_durable(ask, assumed=False, pause=pause)
    assert len(paused) == 3
    assert [each.message for each in caplog.records] == [
        "Redis at redis:6379 does not answer; nothing starts until it does"
    ]
