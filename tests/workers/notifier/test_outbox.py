"""At least once, in order, and nobody waits for a channel that fails."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from experiments.clock import FixedClock
from workers.ledger.memory import MemoryLedger
from workers.ledger.protocol import LedgerUnavailable
from workers.notifier.channel import Channel, Delivered, Delivery, Postponed, Undeliverable
from workers.notifier.events import Event, EventFilter, EventName
from workers.notifier.inbox import Answer
from workers.notifier.outbox import GIVE_UP_SECONDS, TURN_SECONDS, Turn, backoff, deliver_pending
from workers.notifier.receiver import Receiver

if TYPE_CHECKING:
    from desk import Desk


@dataclass(slots=True)
class Scripted:
    """A channel that answers as told, and remembers what it was given."""

    name: str = "scripted"
    answers: list[Delivery] = field(default_factory=list)
    filter: EventFilter = field(default_factory=lambda: EventFilter(("*",)))
    took: list[str] = field(default_factory=list)
    meanwhile: Callable[[], object] = lambda: None

    def deliver(self, event: Event) -> Delivery:
        self.meanwhile()
        answer = self.answers.pop(0) if self.answers else Delivered()
        if answer == Delivered():
            self.took.append(event.run_id[-3:-1])
        return answer


@pytest.fixture
def tell(ledger: MemoryLedger, event: Callable[..., Event]) -> Callable[..., None]:
    """Channels are open; three runs deviate."""

    def announce(*channels: Channel, runs: int = 3) -> None:
        for channel in channels:
            ledger.open_channel(channel.name)
        for run in range(1, runs + 1):
            ledger.announce(event(run=run))

    return announce


def served(ledger: MemoryLedger, clock: FixedClock, *channels: Channel) -> dict[str, Turn]:
    report = deliver_pending(ledger, channels, holder="notifier-1", clock=clock)
    return {turn.channel: turn for turn in report.turns}


def test_events_arrive_in_order_and_once(
    ledger: MemoryLedger, clock: FixedClock, tell: Callable[..., None]
) -> None:
    channel = Scripted()
    tell(channel)
    assert served(ledger, clock, channel) == {"scripted": Turn(channel="scripted", delivered=3)}
    assert served(ledger, clock, channel) == {"scripted": Turn(channel="scripted")}
    assert channel.took == ["01", "02", "03"]
    assert ledger.delivered("scripted") == 3
    assert not ledger.backlog()


def test_what_was_not_asked_for_is_passed_over(
    ledger: MemoryLedger, clock: FixedClock, tell: Callable[..., None], event: Callable[..., Event]
) -> None:
    channel = Scripted(filter=EventFilter(("validate-failed",)))
    tell(channel)
    ledger.announce(event(EventName.VALIDATE_FAILED, run=9))
    assert served(ledger, clock, channel)["scripted"] == Turn(channel="scripted", delivered=1, passed_over=3)
    assert channel.took == ["09"]


def test_a_postponed_event_holds_the_later_ones_until_its_time(
    ledger: MemoryLedger, clock: FixedClock, tell: Callable[..., None]
) -> None:
    channel = Scripted(answers=[Delivered(), Postponed(note="answered 429", seconds=7)])
    tell(channel)
    turn = served(ledger, clock, channel)["scripted"]
    assert (turn.delivered, turn.postponed, channel.took) == (1, "answered 429", ["01"])
    clock.advance(6)
    assert served(ledger, clock, channel)["scripted"].busy
    clock.advance(1.001)
    assert served(ledger, clock, channel)["scripted"].delivered == 2
    assert channel.took == ["01", "02", "03"]


def test_without_retry_after_the_wait_doubles_and_a_success_resets_it(
    ledger: MemoryLedger, clock: FixedClock, tell: Callable[..., None]
) -> None:
    down = Postponed(note="answered 500")
    channel = Scripted(answers=[down, down, down, Delivered(), down])
    tell(channel)
    for wait in (5, 10, 20, 5):
        assert served(ledger, clock, channel)["scripted"].postponed == "answered 500"
        clock.advance(wait - 1)
        assert served(ledger, clock, channel)["scripted"].busy
        clock.advance(1)
    assert served(ledger, clock, channel)["scripted"].delivered == 2


def test_the_wait_ends_at_five_minutes() -> None:
    assert [backoff(attempts) for attempts in (0, 1, 5, 6, 1000)] == [5, 10, 160, 300, 300]


@pytest.mark.parametrize(("asked", "waits"), [(0.0, 1), (1e9, 3600)])
def test_an_absurd_retry_after_is_not_believed(
    asked: float, waits: int, ledger: MemoryLedger, clock: FixedClock, tell: Callable[..., None]
) -> None:
    channel = Scripted(answers=[Postponed(note="later", seconds=asked)])
    tell(channel)
    served(ledger, clock, channel)
    clock.advance(waits - 0.5)
    assert served(ledger, clock, channel)["scripted"].busy
    clock.advance(0.5)
    assert served(ledger, clock, channel)["scripted"].delivered == 3


def test_an_undeliverable_event_is_buried_and_the_next_ones_arrive(
    ledger: MemoryLedger, clock: FixedClock, tell: Callable[..., None], event: Callable[..., Event]
) -> None:
    channel = Scripted(answers=[Undeliverable(why="answered 404")])
    tell(channel)
    assert served(ledger, clock, channel)["scripted"] == Turn(channel="scripted", delivered=2, buried=1)
    assert ledger.dead_letters("scripted") == [(event(run=1), "answered 404")]
    assert channel.took == ["02", "03"]


def test_an_event_that_waited_for_days_is_buried(
    ledger: MemoryLedger, clock: FixedClock, tell: Callable[..., None]
) -> None:
    channel = Scripted(answers=[Postponed(note="answered 500")] * 2)
    tell(channel, runs=1)
    assert served(ledger, clock, channel)["scripted"].postponed
    clock.advance(GIVE_UP_SECONDS)
    assert served(ledger, clock, channel)["scripted"].buried == 1
    assert [why for _, why in ledger.dead_letters("scripted")] == ["given up after 72 h: answered 500"]


def test_a_channel_that_fails_never_delays_another(
    ledger: MemoryLedger, clock: FixedClock, tell: Callable[..., None]
) -> None:
    """The failing one answers only after the healthy one has everything."""
    done = threading.Event()
    healthy = Scripted("healthy")
    healthy.meanwhile = lambda: done.set() if len(healthy.took) == 2 else None
    failing = Scripted("failing", [Postponed(note="slow")], meanwhile=lambda: done.wait(20))
    tell(failing, healthy)
    turns = served(ledger, clock, failing, healthy)
    assert (turns["healthy"].delivered, turns["failing"].postponed) == (3, "slow")
    assert done.is_set()


def test_a_channel_that_breaks_is_postponed_and_the_others_are_served(
    ledger: MemoryLedger,
    clock: FixedClock,
    tell: Callable[..., None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken() -> None:
        raise KeyError("xoxb-canary")

    failing, healthy = Scripted("failing", meanwhile=broken), Scripted("healthy")
    tell(failing, healthy)
    turns = served(ledger, clock, failing, healthy)
    assert turns["healthy"].delivered == 3
    assert turns["failing"].postponed.startswith("the channel broke: KeyError in broken, line")
    assert "canary" not in caplog.text
    failing.meanwhile = lambda: None
    clock.advance(5)
    assert served(ledger, clock, failing)["failing"].delivered == 3


def test_two_notifiers_at_once_deliver_each_event_once(
    ledger: MemoryLedger, clock: FixedClock, tell: Callable[..., None]
) -> None:
    channel = Scripted()
    tell(channel, runs=50)
    with ThreadPoolExecutor(8) as pool:
        calls = [
            pool.submit(deliver_pending, ledger, [channel], holder=f"n{n}", clock=clock) for n in range(8)
        ]
        assert sum(call.result().delivered for call in calls) == 50
    assert channel.took == sorted(channel.took)
    assert len(channel.took) == 50


def test_a_notifier_that_lost_the_channel_stops_and_does_not_count(
    ledger: MemoryLedger, clock: FixedClock, tell: Callable[..., None]
) -> None:
    def stall() -> None:
        clock.advance(61)
        channel.meanwhile = lambda: None
        assert deliver_pending(ledger, [channel], holder="second", clock=clock).delivered == 3

    channel = Scripted()
    tell(channel)
    channel.meanwhile = stall
    assert served(ledger, clock, channel)["scripted"] == Turn(channel="scripted", busy=True)
    assert channel.took == ["01", "02", "03", "01"]  # at least once
    assert ledger.delivered("scripted") == 3


def test_a_turn_ends_in_time_and_says_that_there_is_more(
    ledger: MemoryLedger, clock: FixedClock, tell: Callable[..., None]
) -> None:
    channel = Scripted(meanwhile=lambda: clock.advance(TURN_SECONDS / 2))
    tell(channel)
    first = deliver_pending(ledger, [channel], holder="n", clock=clock)
    assert (first.delivered, first.more) == (2, True)
    second = deliver_pending(ledger, [channel], holder="n", clock=clock)
    assert (second.delivered, second.more) == (1, False)


def test_a_channel_hears_nothing_from_before_it_was_opened(
    ledger: MemoryLedger, clock: FixedClock, tell: Callable[..., None]
) -> None:
    tell()
    assert served(ledger, clock, Scripted())["scripted"] == Turn(channel="scripted")


def test_an_unreachable_ledger_is_not_a_channels_fault(
    ledger: MemoryLedger, clock: FixedClock, tell: Callable[..., None]
) -> None:
    def down() -> None:
        raise LedgerUnavailable("Redis does not answer")

    channel = Scripted(meanwhile=down)
    tell(channel)
    with pytest.raises(LedgerUnavailable):
        deliver_pending(ledger, [channel], holder="n", clock=clock)


def test_no_channel_is_no_work(ledger: MemoryLedger, clock: FixedClock) -> None:
    assert deliver_pending(ledger, [], holder="n", clock=clock).delivered == 0


def test_slack_down_for_a_day_loses_nothing_and_the_webhook_hears_at_once(
    desk: Desk,
    receiver: Receiver,
    slack_bot: Channel,
    webhook: Channel,
    ledger: MemoryLedger,
    clock: FixedClock,
    tell: Callable[..., None],
) -> None:
    tell(slack_bot, webhook)
    desk.environ.pop("SLACK_TOKEN")
    assert served(ledger, clock, slack_bot, webhook)["webhook-127.0.0.1"].delivered == 3
    for _ in range(24):
        clock.at += timedelta(hours=1)
        assert served(ledger, clock, slack_bot, webhook)["slack-C0123456"].postponed
    clock.at += timedelta(hours=1)
    desk.environ["SLACK_TOKEN"] = "xoxb-good"
    receiver.play(Answer(status=429, headers={"Retry-After": "2"}))
    assert served(ledger, clock, slack_bot)["slack-C0123456"].postponed.startswith("answered 429")
    clock.advance(2)
    assert served(ledger, clock, slack_bot)["slack-C0123456"].delivered == 3
    assert len(receiver.messages) == 6
