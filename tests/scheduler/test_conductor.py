"""Beat's pass: every due fire is decided once, dispatched, swept; a bad repo changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from experiments.clock import FixedClock
from scheduler.conductor import LONGEST_SLEEP, Conductor
from scheduler.plan import plan
from scheduler.repo.load import load
from scheduler.repo.watch import RepoWatch
from workers.ledger.memory import MemoryLedger
from workers.ledger.protocol import LedgerUnavailable
from workers.ledger.records import Dispatch, RunRecord
from workers.notifier.events import EventName

START = datetime(2026, 11, 23, 9, 0, 0, tzinfo=UTC)
SEED = b"0123456789abcdef"

SETTINGS = """\
version: 1
armed: true
defaults: { timezone: UTC, start_within: 1m }
queues: { shop: { namespaces: [shop], owners: [team-shop] } }
notifications: [{ type: log, name: all, events: ["*"] }]
"""
SCHEDULE = """\
schedules:
  kill:
    experiment: kill.yaml
    queue: shop
    owner: team-shop
    when: { cron: "* * * * * */10" }
"""
EXPERIMENT = """\
title: kill
description: kill
method:
  - type: action
    name: kill
    provider:
      type: python
      module: chaosk8s.pod.actions
      func: terminate_pods
      arguments: { ns: shop, rand: true }
"""


@dataclass
class Posted:
    """A broker that keeps what it took, and takes only `room` messages when told so."""

    messages: list[Dispatch] = field(default_factory=list)
    room: int = 1000
    woken: int = 0

    def send(self, messages: Sequence[Dispatch]) -> int:
        taken = messages[: self.room]
        self.messages += taken
        return len(taken)

    def wake_notifier(self) -> None:
        self.woken += 1


class Rig:
    """A ledger, a repo, and as many replicas as a test likes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for folder, name, text in (
            (root, "cowbane.yaml", SETTINGS),
            (root / "schedules", "shop.yaml", SCHEDULE),
            (root / "experiments", "kill.yaml", EXPERIMENT),
        ):
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        self.clock = FixedClock(START)
        self.ledger = MemoryLedger(self.clock, seed=SEED)
        self.post = Posted()

    def replica(self, name: str = "a") -> Conductor:
        return Conductor(
            ledger=self.ledger,
            repo=RepoWatch(root=self.root, load=load, clock=self.clock),
            post=self.post,
            clock=self.clock,
            replica=name,
            cluster="test",
            seed=lambda: SEED,
        )

    def schedules(self) -> Path:
        return self.root / "schedules" / "shop.yaml"

    def fires(self) -> list[RunRecord]:
        return self.ledger.runs()[::-1]

    def told(self, name: EventName) -> list[str]:
        return [event.reason for _, event in self.ledger.after_cursor("all", 100) if event.name is name]


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path / "repo")


def test_nothing_fires_before_its_time_and_the_sleep_ends_at_it(rig: Rig) -> None:
    beat = rig.replica()
    assert beat.tick() == LONGEST_SLEEP
    assert rig.fires() == []
    rig.clock.advance(9.7)
    assert beat.tick() == pytest.approx(0.3)


def test_a_due_fire_is_decided_once_and_its_message_is_the_run_id(rig: Rig) -> None:
    beat = rig.replica()
    beat.tick()
    rig.clock.advance(10)
    beat.tick()
    beat.tick()
    (fire,) = rig.fires()
    assert rig.post.messages == [Dispatch(queue="shop", run_id=fire.order.run_id)]
    assert fire.order.run_id == "kill-20261123t090010z"
    assert fire.order.armed


def test_a_standby_decides_nothing_until_the_leader_is_gone_and_then_everything(rig: Rig) -> None:
    leader, standby = rig.replica("a"), rig.replica("b")
    leader.tick()
    standby.tick()
    rig.clock.advance(5)
    leader.tick()
    rig.clock.advance(5)
    standby.tick()
    assert rig.fires() == []
    rig.clock.advance(11)
    standby.tick()
    assert [fire.order.run_id[-7:] for fire in rig.fires()] == ["090010z", "090020z"]


def test_a_leader_that_resigns_is_followed_at_once(rig: Rig) -> None:
    leader, standby = rig.replica("a"), rig.replica("b")
    leader.tick()
    leader.close()
    leader.close()
    standby.tick()
    rig.clock.advance(10)
    standby.tick()
    assert len(rig.fires()) == 1


def test_what_was_due_while_nobody_led_is_missed_one_by_one_and_said(rig: Rig) -> None:
    rig.replica("a").tick()
    rig.clock.advance(95)
    rig.replica("b").tick()
    ends = [fire.outcome or "queued" for fire in rig.fires()]
    assert ends == ["missed", "missed", "missed", "queued"] + ["skipped"] * 5
    assert "start_within is 60 s" in rig.fires()[0].reason
    assert len(rig.told(EventName.FIRE_MISSED)) == 3


def test_a_message_that_the_broker_did_not_take_is_sent_by_the_next_pass(rig: Rig) -> None:
    beat = rig.replica()
    beat.tick()
    rig.post.room = 0
    rig.clock.advance(10)
    beat.tick()
    assert rig.post.messages == []
    rig.post.room = 1
    beat.tick()
    assert len(rig.post.messages) == 1


def test_an_unclaimed_run_is_sent_again_and_missed_after_its_time(rig: Rig) -> None:
    beat = rig.replica()
    beat.tick()
    rig.clock.advance(10)
    beat.tick()
    rig.clock.advance(6)
    beat.tick()
    beat.tick()
    assert [message.run_id for message in rig.post.messages] == ["kill-20261123t090010z"] * 2
    for _ in range(6):
        rig.clock.advance(10)
        beat.tick()
    first = rig.fires()[0]
    assert first.outcome == "missed"
    assert "no worker of queue shop claimed it" in first.reason


def test_an_edit_takes_effect_and_a_schedule_that_is_gone_fires_no_more(rig: Rig) -> None:
    beat = rig.replica()
    beat.tick()
    rig.schedules().write_text(SCHEDULE.replace("  kill:", "  other:").replace("*/10", "*/2"))
    rig.clock.advance(2)
    beat.tick()
    rig.clock.advance(10)
    beat.tick()
    assert {fire.order.schedule for fire in rig.fires()} == {"other"}


def test_a_broken_edit_keeps_the_last_good_revision_and_is_told_once_whoever_leads(rig: Rig) -> None:
    beat, standby = rig.replica("a"), rig.replica("b")
    beat.tick()
    standby.tick()
    rig.schedules().write_text(SCHEDULE.replace("cron", "crom"))
    for _ in range(3):
        rig.clock.advance(4)
        beat.tick()
        standby.tick()
    assert len(rig.fires()) == 1
    (reason,) = rig.told(EventName.VALIDATE_FAILED)
    assert "schedules/shop.yaml:6:" in reason
    assert "keeps running" in reason
    beat.close()
    rig.clock.advance(4)
    standby.tick()
    assert len(rig.told(EventName.VALIDATE_FAILED)) == 1


def test_the_notifier_is_woken_while_a_channel_has_something_to_hear(rig: Rig) -> None:
    beat = rig.replica()
    beat.tick()
    assert rig.post.woken == 0
    rig.clock.advance(95)
    beat.tick()
    assert rig.post.woken == 1


def test_a_ledger_that_is_away_is_waited_for(rig: Rig) -> None:
    class Away(MemoryLedger):
        down = True

        def lead(self, replica: str) -> int | None:
            if self.down:
                raise LedgerUnavailable("Redis at nowhere does not answer")
            return super().lead(replica)

    rig.ledger = away = Away(rig.clock, seed=SEED)
    beat = rig.replica()
    assert beat.tick() == LONGEST_SLEEP
    away.down = False
    beat.tick()
    rig.clock.advance(10)
    beat.tick()
    assert len(rig.fires()) == 1


def test_what_the_plan_says_beforehand_is_what_is_decided(rig: Rig) -> None:
    drawn = SCHEDULE.replace(
        '{ cron: "* * * * * */10" }', "{ random: { times: 40, per: hour, min_gap: 20s } }"
    )
    rig.schedules().write_text(drawn)
    repo, _ = load(rig.root)
    assert repo
    beat = rig.replica("a")
    beat.tick()
    for second in range(3600):
        if second == 1800:
            beat.close()
            beat = rig.replica("b")
        rig.clock.advance(1)
        beat.tick()
    previewed = [fire.run_id for fire in plan(repo, SEED, START, START + timedelta(seconds=3601))]
    assert [fire.order.run_id for fire in reversed(rig.ledger.runs(1000))] == previewed
    assert len(previewed) in range(38, 42)


def test_a_fire_that_was_due_before_an_edit_is_decided_as_it_was(rig: Rig) -> None:
    beat = rig.replica()
    beat.tick()
    rig.clock.advance(10.2)
    rig.schedules().write_text(SCHEDULE.replace("*/10", "*/7"))
    beat.tick()
    assert [fire.order.run_id for fire in rig.fires()] == ["kill-20261123t090010z"]
    assert rig.fires()[0].outcome == ""


def test_a_fire_that_nobody_decided_before_its_schedule_was_edited_is_missed_and_said(rig: Rig) -> None:
    rig.replica("a").tick()
    rig.clock.advance(25)
    rig.schedules().write_text(SCHEDULE.replace("*/10", "*/7"))
    rig.replica("b").tick()
    (fire,) = rig.fires()
    assert (fire.order.run_id, fire.outcome) == ("kill-20261123t090010z", "missed")
    assert "edited" in fire.reason


def test_a_break_that_was_mended_is_told_again_when_it_comes_back(rig: Rig) -> None:
    beat, standby = rig.replica("a"), rig.replica("b")
    for text in (SCHEDULE, "schedules: [", SCHEDULE + "\n# mended\n", "schedules: ["):
        rig.schedules().write_text(text)
        rig.clock.advance(2)
        beat.tick()
        standby.tick()
    assert len(rig.told(EventName.VALIDATE_FAILED)) == 2
    rig.schedules().write_text(SCHEDULE)
    rig.clock.advance(2)
    beat.tick()
    standby.tick()
    beat.close()
    rig.clock.advance(2)
    standby.tick()
    assert len(rig.told(EventName.VALIDATE_FAILED)) == 2
