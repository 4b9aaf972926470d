"""What a channel is: somewhere an event can be delivered to, with an answer that is always a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeAlias

from workers.notifier.events import Event, EventFilter


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """The other side took it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Postponed:
    """It may work later: nobody answered, or the answer was "not now"."""

    note: str  #: one sentence, without secrets
    seconds: float | None = None  #: asked for by the other side; None: our own back-off


@dataclass(frozen=True, slots=True, kw_only=True)
class Undeliverable:
    """It will not work, however often it is tried."""

    why: str  #: one sentence, without secrets


Delivery: TypeAlias = Delivered | Postponed | Undeliverable


class Channel(Protocol):
    """Somewhere people or programs hear of events.

    `deliver` ends within `TIMEOUT_SECONDS` per network step, never raises for what the other side
    does, and may be called again with an event that was delivered before.
    """

    @property
    def name(self) -> str:
        """Stable: the cursor and the dead letters are kept under it."""
        ...

    @property
    def filter(self) -> EventFilter: ...

    def deliver(self, event: Event) -> Delivery: ...


#: Seconds for a connection, and for each read: a channel must not hold the notifier.
TIMEOUT_SECONDS = 5.0


def answered(status: int, retry_after: str | None, detail: str = "") -> Delivery:
    """What an HTTP answer means for the delivery: 2xx is taken, 408, 425, 429 and 5xx may pass."""
    words = f"answered {status}" + (f" ({detail})" if detail else "")
    if 200 <= status < 300:
        return Delivered()
    if status in (408, 425, 429) or status >= 500:
        return Postponed(note=words, seconds=seconds_of(retry_after))
    return Undeliverable(why=words)


def seconds_of(retry_after: str | None) -> float | None:
    """Retry-After in seconds; None where there is none, or it is a date (our own back-off then serves)."""
    text = (retry_after or "").strip()
    return float(text) if text.isascii() and text.isdigit() else None
