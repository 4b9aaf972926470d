"""Production starts on no Redis that forgets what it acknowledged: a fire could run twice (DESIGN D6)."""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from workers.ledger.protocol import LedgerUnavailable
from workers.ledger.redis.durability import Durability, Keeps
from workers.patience import Patience
from workers.settings import SettingsError

log = logging.getLogger("cowbane.start")

#: Seconds between two questions to a Redis that does not answer.
ASK_AGAIN_SECONDS = 1.0


def await_durable(ask: Callable[[], Durability], *, assumed: bool, pause: Callable[[float], object]) -> None:
    """Return once Redis answers and is durable, or said to be; raises `SettingsError` when it is not.

    A Redis that is away is waited for, and said once.
    """
    patience = Patience(
        away=LedgerUnavailable, meanwhile="nothing starts", seconds=ASK_AGAIN_SECONDS, pause=pause
    )
    found = patience.answer(ask)
    if found.keeps is Keeps.NOTHING or (found.keeps is Keeps.UNKNOWN and not assumed):
        raise SettingsError(f"production needs a durable Redis: {found.sentence}")
    if found.keeps is Keeps.NEARLY_ALL:
        log.warning("%s", found.sentence)


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Celery has no handlers yet that would do, and from process 1 the kernel keeps a signal without one."""
    before = {each: signal.signal(each, lambda *_: sys.exit(0)) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
