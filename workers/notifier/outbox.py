"""Every channel gets every event it asked for, at least once and in order; none waits for another.

A channel has a cursor in the event log. It moves on when an event was delivered, was not asked for,
or is buried as undeliverable; it stays when the event is to be tried again later.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from datetime import datetime
from traceback import extract_tb
from typing import Protocol

from experiments.clock import Clock
from workers.ledger.protocol import EventLog, LedgerUnavailable
from workers.notifier.channel import Channel, Delivered, Postponed, Undeliverable
from workers.notifier.events import Event
from workers.notifier.log import logger

#: Seconds one notifier keeps a channel; longer than a turn and its last delivery.
SEIZE_SECONDS = 60.0
#: Seconds after which a turn ends, with whatever is left for the next.
TURN_SECONDS = 30.0
#: Events read at once.
BATCH = 100
#: Seconds of back-off: 5, 10, 20, ... up to five minutes, so that an outage's end is noticed soon.
FIRST_BACKOFF_SECONDS = 5.0
LAST_BACKOFF_SECONDS = 300.0
#: The longest Retry-After that is believed.
LONGEST_WAIT_SECONDS = 3600.0
#: An event that could not be delivered for this long is buried; it outlasts a weekend's outage.
GIVE_UP_SECONDS = 3 * 24 * 3600.0

_log = logger("cowbane.notifier")


class Outbox(EventLog, Protocol):
    """The event log, and the clock its times are told by."""

    def now(self) -> int:
        """UTC milliseconds."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What became of one channel's events this time."""

    channel: str
    delivered: int = 0
    passed_over: int = 0  #: not asked for
    buried: int = 0
    postponed: str = ""  #: why it stopped
    busy: bool = False  #: somebody else delivers, or it is not time to try again
    more: bool = False  #: the turn was over before the events were


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """What became of every channel."""

    turns: tuple[Turn, ...]

    @property
    def delivered(self) -> int:
        return sum(turn.delivered for turn in self.turns)

    @property
    def more(self) -> bool:
        """Whether to call again at once."""
        return any(turn.more for turn in self.turns)


def deliver_pending(
    events: Outbox, channels: Sequence[Channel], *, holder: str, clock: Clock
) -> DeliveryReport:
    """Give each channel its turn, all at the same time. Whatever a channel does, the others are served;
    only `LedgerUnavailable` is raised."""
    turns = []
    with ThreadPoolExecutor(max_workers=max(len(channels), 1), thread_name_prefix="notifier") as pool:
        served: dict[Future[Turn], _Seized] = {}
        for channel in channels:
            if seized := _seize(events, channel, holder):
                served[pool.submit(seized.take_turn, clock)] = seized
            else:
                turns.append(Turn(channel=channel.name, busy=True))
        for future in as_completed(served):
            turns.append(served[future].finish(future))
    return DeliveryReport(turns=tuple(turns))


def backoff(attempts: int) -> float:
    """Seconds to wait after so many failed attempts in a row before this one."""
    return float(min(FIRST_BACKOFF_SECONDS * 2 ** min(attempts, 20), LAST_BACKOFF_SECONDS))


def _seize(events: Outbox, channel: Channel, holder: str) -> _Seized | None:
    events.open_channel(channel.name)
    fence = events.seize(channel.name, holder, SEIZE_SECONDS)
    return _Seized(events, channel, fence) if fence is not None else None


@dataclass(frozen=True, slots=True)
class _Seized:
    """A channel that is ours for this turn."""

    events: Outbox
    channel: Channel
    fence: int

    def take_turn(self, clock: Clock) -> Turn:
        """Deal with event after event until none is left, one must wait, or the turn is over."""
        turn = Turn(channel=self.channel.name)
        over = clock.monotonic() + TURN_SECONDS
        while batch := self.events.after_cursor(self.channel.name, BATCH):
            for position, event in batch:
                if clock.monotonic() >= over:
                    return replace(turn, more=True)
                turn = self._deal_with(position, event, turn)
                if turn.postponed or turn.busy:
                    return turn
        return turn

    def finish(self, future: Future[Turn]) -> Turn:
        """Free the channel; one that broke is tried again later, like one that does not answer."""
        error = future.exception()
        if isinstance(error, LedgerUnavailable):
            raise error
        turn = future.result() if error is None else self._broken(error)
        self.events.release(self.channel.name, self.fence)
        return turn

    def _deal_with(self, position: str, event: Event, turn: Turn) -> Turn:
        if not self.channel.filter.wants(event.name):
            return self._advance(position, turn, replace(turn, passed_over=turn.passed_over + 1))
        match self.channel.deliver(event):
            case Delivered():
                done = self._advance(position, turn, replace(turn, delivered=turn.delivered + 1))
                if not done.busy:
                    self.events.count_delivered(self.channel.name)
                return done
            case Postponed(note=note, seconds=seconds) if not self._too_old(event):
                self._postpone(note, seconds, event.id)
                return replace(turn, postponed=note)
            case Postponed(note=note):
                self._bury(event, f"given up after {GIVE_UP_SECONDS / 3600:g} h: {note}")
            case Undeliverable(why=why):
                self._bury(event, why)
        return self._advance(position, turn, replace(turn, buried=turn.buried + 1))

    def _advance(self, position: str, before: Turn, after: Turn) -> Turn:
        """`after`, or `before` when somebody else has seized the channel since."""
        moved = self.events.advance(self.channel.name, self.fence, position)
        return after if moved else replace(before, busy=True)

    def _postpone(self, note: str, seconds: float | None, event_id: str) -> None:
        wait = backoff(self.events.attempts(self.channel.name)) if seconds is None else seconds
        wait = min(max(wait, 1.0), LONGEST_WAIT_SECONDS)
        until = self.events.now() + int(wait * 1000)
        self.events.postpone(self.channel.name, self.fence, until, note)
        _log.warning(
            "delivery postponed", channel=self.channel.name, event_id=event_id, seconds=wait, note=note
        )

    def _bury(self, event: Event, why: str) -> None:
        self.events.bury(self.channel.name, event, why)
        _log.error("event undeliverable", channel=self.channel.name, event_id=event.id, why=why)

    def _too_old(self, event: Event) -> bool:
        told = datetime.fromisoformat(event.time).timestamp()
        return self.events.now() / 1000 - told > GIVE_UP_SECONDS

    def _broken(self, error: BaseException) -> Turn:
        """An error of our own: where it happened, not what it says, which may quote a secret."""
        at = extract_tb(error.__traceback__)[-1]
        note = f"the channel broke: {type(error).__name__} in {at.name}, line {at.lineno}"
        self._postpone(note, None, "")
        return Turn(channel=self.channel.name, postponed=note)
