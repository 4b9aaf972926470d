"""Celery's transport over Redis, which says of each poll that it was answered.

A worker that has stopped to consume stays alive, and only that shows it. The one module that reaches into
kombu's transport.
"""

from __future__ import annotations

from collections.abc import Callable
from queue import Empty
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, redis


class Channel(redis.Channel):
    """A channel that calls the transport option `answered` whenever the server has answered a BRPOP."""

    from_transport_options = (*redis.Channel.from_transport_options, "answered")
    answered: Callable[[], None] = staticmethod(lambda: None)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.handlers["BRPOP"] = _noted(self.handlers["BRPOP"], self.answered)


class Transport(redis.Transport):
    """What redis:// and rediss:// mean from `install` on."""

    Channel = Channel


def install() -> None:
    """Have every connection of this process use it, whichever way its URL is spelled."""
    for scheme in ("redis", "rediss"):
        TRANSPORT_ALIASES[scheme] = f"{__name__}:{Transport.__name__}"


def _noted(read: Callable[..., Any], answered: Callable[[], None]) -> Callable[..., Any]:
    def read_and_note(**options: Any) -> Any:
        try:
            delivered = read(**options)
        except Empty:
            answered()
            raise
        answered()
        return delivered

    return read_and_note
