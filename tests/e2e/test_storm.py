"""Whoever dies or freezes, and whenever: no double run, no lost fire, no fault left in (DESIGN 7).

COWBANE_STORM_SECONDS is how long it lasts, COWBANE_STORM_SEED what happens in it.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator

import pytest
from controlplane.client import Object
from e2e.conftest import Shop
from e2e.manifests import WORKER_ACCOUNT
from e2e.page import Page
from e2e.repo import ABORT, KILL, PROBE, ROLLBACKS, write_experiment, write_schedules, write_settings
from e2e.storm import QUEUE, Storm
from e2e.system import System
from waiting import eventually

from workers.ledger.records import RunRecord, RunState
from workers.notifier.events import Event, EventName

SECONDS = float(os.environ.get("COWBANE_STORM_SECONDS", "45"))
SEED = int(os.environ.get("COWBANE_STORM_SEED", "1"))
SECRETS = {"SLACK_TOKEN": "xoxb-canary-1", "HOOK_SECRET": "canary-2-canary-2"}

#: schedule -> milliseconds between two of its fires, and its cron.
SCHEDULES = {
    "ask": (1000, "* * * * * *"),
    "kill": (4000, "* * * * * */4"),
    "abort-plain": (6000, "* * * * * */6"),
    "abort-undone": (6000, "* * * * * 3/6"),
}
FILES = {"ask": "probe.yaml", "kill": "kill.yaml", "abort-plain": "abort.yaml", "abort-undone": "undone.yaml"}
#: How a run or a fire may end here; anything else is a bug of ours. Two runs that reach for one route in
#: the same moment are the one reason for an action-error.
ENDS = {"passed", "interrupted", "lost", "skipped", "missed"}

RACE = "changed meanwhile"


@pytest.fixture
def page() -> Iterator[Page]:
    with Page() as page:
        yield page


@pytest.mark.timeout(SECONDS + 300)
def test_a_storm_leaves_no_fault_no_double_run_and_no_fire_without_an_end(
    system: System, shop: Shop, page: Page
) -> None:
    before = shop.virtual_service()
    _write_repo(system, shop, page)
    system.notifier(SECRETS)
    storm = Storm(system, shop.kubeconfig, SEED)
    try:
        system.first_end("ask", within=60)
        storm.rage(SECONDS)
        _let_it_settle(system)
        _assert_everything_is_as_before(shop, before)
        _assert_each_fire_was_decided_once(system)
        _assert_each_run_hit_once(system, shop, page)
        _assert_each_start_was_told_with_one_end(system)
        system.stop()
        _assert_nobody_is_left_or_complained(system)
    except AssertionError as wrong:
        story = "\n".join(storm.story)
        raise AssertionError(f"{wrong}\nseed {SEED}, logs in {system.folder}:\n{story}") from wrong
    finally:
        storm.end()


def _write_repo(system: System, shop: Shop, page: Page) -> None:
    write_settings(
        system.repo,
        namespace=shop.namespace,
        forbidden=shop.forbidden,
        receiver=system.receiver.url,
        events="run-*, undo-failed",
    )
    write_experiment(system.repo, "probe.yaml", PROBE, page=page.url)
    write_experiment(system.repo, "kill.yaml", KILL, namespace=shop.namespace)
    write_experiment(system.repo, "abort.yaml", ABORT, pause=3, namespace=shop.namespace)
    write_experiment(system.repo, "undone.yaml", ABORT + ROLLBACKS, pause=3, namespace=shop.namespace)
    write_schedules(
        system.repo, **{name: (FILES[name], f'{{ cron: "{cron}" }}') for name, (_, cron) in SCHEDULES.items()}
    )


def _let_it_settle(system: System) -> None:
    """It works again by itself; then nothing new is decided, and everything ends."""
    last = system.runs("ask")[0].order.nominal
    eventually(lambda: _passed_since(system, last), within=60, what="a run to pass after the storm")
    (system.repo / "schedules" / "shop.yaml").write_text("schedules: {}\n")
    known = [0]

    def quiet() -> bool:
        runs = system.runs()
        grown, known[0] = len(runs) > known[0], len(runs)
        return not grown and all(run.state is RunState.ENDED for run in runs)

    eventually(quiet, within=90, every=2.0, what="the end of every run")
    eventually(lambda: not system.ledger.owing(QUEUE), within=30, what="the last undo that is owed")
    eventually(lambda: not system.ledger.backlog(), within=30, what="the last message")


def _passed_since(system: System, nominal: int) -> bool:
    return any(run.outcome == "passed" and run.order.nominal > nominal for run in system.runs("ask"))


def _assert_everything_is_as_before(shop: Shop, before: Object) -> None:
    eventually(lambda: shop.marks() == set(), within=12, what="no mark after a sweep")
    after = shop.virtual_service()
    assert after["spec"] == before["spec"]
    for part in ("labels", "annotations"):
        assert after["metadata"].get(part) == before["metadata"].get(part)


def _assert_each_fire_was_decided_once(system: System) -> None:
    assert system.ledger.held(QUEUE) == []
    for name, (every, _) in SCHEDULES.items():
        fires = sorted(run.order.nominal for run in system.runs(name))
        assert fires == list(range(fires[0], fires[-1] + 1, every)), f"{name}: a fire is missing or double"
    for run in system.runs():
        assert run.outcome in ENDS or RACE in run.reason, _told(run)
        assert run.reason, _told(run)
        assert not run.undo_failed, _told(run)


def _assert_each_run_hit_once(system: System, shop: Shop, page: Page) -> None:
    started = Counter(run.order.schedule for run in system.runs() if run.started)
    passed = Counter(run.order.schedule for run in system.runs() if run.outcome == "passed")
    assert passed["ask"] <= page.asked <= started["ask"]
    deleted = Counter(shop.plane.deleted_pods(shop.namespace, WORKER_ACCOUNT))
    assert passed["kill"] <= deleted.total() <= started["kill"]
    assert set(deleted.values()) <= {1}, deleted


def _assert_each_start_was_told_with_one_end(system: System) -> None:
    events = [message.event for message in system.receiver.messages if message.event]
    twice = [each for each, times in Counter(event.id for event in events).items() if times > 1]
    assert twice == []
    told: dict[str, list[Event]] = {}
    for event in events:
        told.setdefault(event.run_id, []).append(event)
    expected = {
        run.order.run_id: [EventName.RUN_STARTED, EventName(f"run-{run.outcome}")]
        for run in system.runs()
        if run.started
    }
    assert {run_id: [event.name for event in each] for run_id, each in told.items()} == expected


def _assert_nobody_is_left_or_complained(system: System) -> None:
    for process in system.processes:
        with pytest.raises(ProcessLookupError):
            os.killpg(process.popen.pid, 0)
        assert "Traceback" not in process.log.read_text(), process.log


def _told(run: RunRecord) -> str:
    return f"{run.order.run_id}: {run.outcome}: {run.reason}"
