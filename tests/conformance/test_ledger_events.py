"""Every event once, in order, to each channel from its own place on."""

from __future__ import annotations

import re

from ledger_bench import CHANNEL, PASSED, Bench

from workers.notifier.events import Event, EventName


def _event(identity: str) -> Event:
    return Event(id=identity, name=EventName.VALIDATE_FAILED, time="2026-11-23T09:17:00Z", reason="x")


def _positions(bench: Bench, channel: str = CHANNEL) -> list[str]:
    return [position for position, _ in bench.ledger.after_cursor(channel, 100)]


def test_the_same_id_announced_twice_is_one_event(bench: Bench) -> None:
    for identity in ("r1", "r2", "r1"):
        bench.ledger.announce(_event(identity))
    assert [event for _, event in bench.ledger.after_cursor(CHANNEL, 10)] == [_event("r1"), _event("r2")]


def test_an_event_tells_the_ledgers_time_in_utc(bench: Bench) -> None:
    bench.ledger.end(bench.claimed().hold, PASSED)
    [(_, first), _] = bench.ledger.after_cursor(CHANNEL, 10)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", first.time)


def test_a_new_channel_does_not_hear_the_past(bench: Bench) -> None:
    bench.ledger.announce(_event("before"))
    bench.ledger.open_channel("webhook")
    bench.ledger.announce(_event("after"))
    bench.ledger.open_channel("webhook")
    assert [event.id for _, event in bench.ledger.after_cursor("webhook", 10)] == ["after"]
    assert [event.id for _, event in bench.ledger.after_cursor(CHANNEL, 10)] == ["before", "after"]


def test_each_channel_has_a_place_of_its_own(bench: Bench) -> None:
    bench.ledger.open_channel("webhook")
    for identity in ("r1", "r2", "r3"):
        bench.ledger.announce(_event(identity))
    fence = bench.ledger.seize(CHANNEL, "notifier-a", 60)
    assert fence is not None
    assert bench.ledger.advance(CHANNEL, fence, _positions(bench)[1])
    assert [event.id for _, event in bench.ledger.after_cursor(CHANNEL, 10)] == ["r3"]
    assert [event.id for _, event in bench.ledger.after_cursor("webhook", 2)] == ["r1", "r2"]


def test_one_deliverer_at_a_time_and_a_stale_one_moves_nothing(brief: Bench) -> None:
    brief.ledger.announce(_event("r1"))
    first = brief.ledger.seize(CHANNEL, "notifier-a", 0.2)
    assert first is not None
    assert brief.ledger.seize(CHANNEL, "notifier-a", 60) is None
    brief.pass_time(0.25)
    second = brief.ledger.seize(CHANNEL, "notifier-b", 60)
    assert second is not None
    assert not brief.ledger.advance(CHANNEL, first, _positions(brief)[0])
    brief.ledger.release(CHANNEL, first)
    brief.ledger.postpone(CHANNEL, first, brief.ledger.now() + 60_000, "stale")
    assert brief.ledger.attempts(CHANNEL) == 0
    assert brief.ledger.seize(CHANNEL, "notifier-c", 60) is None
    assert brief.ledger.advance(CHANNEL, second, _positions(brief)[0])


def test_a_released_channel_is_free_and_its_fence_is_stale(bench: Bench) -> None:
    bench.ledger.announce(_event("r1"))
    fence = bench.ledger.seize(CHANNEL, "notifier-a", 60)
    assert fence is not None
    bench.ledger.release(CHANNEL, fence)
    assert not bench.ledger.advance(CHANNEL, fence, _positions(bench)[0])
    assert bench.ledger.seize(CHANNEL, "notifier-b", 60) is not None


def test_a_postponed_channel_rests_and_its_failures_count_until_a_success(bench: Bench) -> None:
    bench.ledger.announce(_event("r1"))
    for failures in (1, 2):
        fence = bench.ledger.seize(CHANNEL, "notifier-a", 60)
        assert fence is not None
        bench.ledger.postpone(CHANNEL, fence, bench.ledger.now() + 150, "503")
        bench.ledger.release(CHANNEL, fence)
        assert bench.ledger.attempts(CHANNEL) == failures
        assert bench.ledger.seize(CHANNEL, "notifier-a", 60) is None
        assert not bench.ledger.backlog()
        bench.pass_time(0.2)
        assert bench.ledger.backlog()
    fence = bench.ledger.seize(CHANNEL, "notifier-a", 60)
    assert fence is not None
    assert bench.ledger.advance(CHANNEL, fence, _positions(bench)[0])
    assert bench.ledger.attempts(CHANNEL) == 0


def test_there_is_a_backlog_only_while_somebody_has_to_hear_something(bench: Bench) -> None:
    assert not bench.ledger.backlog()
    bench.ledger.announce(_event("r1"))
    assert bench.ledger.backlog()
    fence = bench.ledger.seize(CHANNEL, "notifier-a", 60)
    assert fence is not None
    assert not bench.ledger.backlog()
    bench.ledger.advance(CHANNEL, fence, _positions(bench)[0])
    bench.ledger.release(CHANNEL, fence)
    assert not bench.ledger.backlog()


def test_a_channel_that_was_never_opened_hears_nothing(bench: Bench) -> None:
    bench.ledger.announce(_event("r1"))
    assert bench.ledger.seize("nobody", "notifier-a", 60) is None
    assert bench.ledger.after_cursor("nobody", 10) == []
    assert (bench.ledger.attempts("nobody"), bench.ledger.delivered("nobody")) == (0, 0)


def test_dead_letters_are_kept_with_their_reason(bench: Bench) -> None:
    bench.ledger.bury(CHANNEL, _event("r1"), "404: no such hook")
    assert bench.ledger.dead_letters(CHANNEL) == [(_event("r1"), "404: no such hook")]
    assert bench.ledger.dead_letters("webhook") == []


def test_deliveries_are_counted(bench: Bench) -> None:
    bench.ledger.count_delivered(CHANNEL)
    bench.ledger.count_delivered(CHANNEL)
    assert bench.ledger.delivered(CHANNEL) == 2
