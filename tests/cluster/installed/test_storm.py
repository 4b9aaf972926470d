"""Whoever dies in the cluster: no fire twice or lost without a word, no fault left in, no runner hit.

COWBANE_CLUSTER_STORM_SECONDS is how long it lasts.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from cluster.installed.release import NAMESPACE, Release
from cluster.installed.repos import ASK, KILL, schedules, settings
from cluster.installed.scene import DEMO, Scene
from controlplane.client import holds
from e2e.repo import ABORT
from waiting import eventually

from experiments.clock import SystemClock
from scheduler.plan import plan
from scheduler.repo.load import load
from scheduler.repo.model import Repo
from workers.ledger.records import RunState

pytestmark = pytest.mark.cluster

SECONDS = float(os.environ.get("COWBANE_CLUSTER_STORM_SECONDS", "300"))
SEED = "a-seed-that-the-test-knows-0123456789"
#: Seconds between two blows: long enough for a lease to run out and for a pod to come back.
CALM = 35.0
OFTEN = "{ random: { mean: 12s } }"
#: How a fire may end here. Otherwise for two reasons only: two runs reached for one route in the same moment,
#: and the name service, of which this cluster has one, stood on the silent node.
ENDS = {"passed", "interrupted", "lost", "skipped", "missed"}
REASONS = ("changed meanwhile", "name resolution")
#: Seconds that a node is silent: long enough for its pods to be made anew on the other one.
SILENT = 60.0


def repo(scene: Scene) -> dict[str, str]:
    """Random kills and faults in the shop, random kills where Cowbane lives, and a harmless question."""
    return {
        "cowbane.yaml": settings(scene.receiver.url, {"shop": [DEMO], "own": [NAMESPACE]}),
        "schedules.shop.yaml": schedules(
            "shop", kill=("kill.yaml", OFTEN), abort=("abort.yaml", OFTEN), ask=("ask.yaml", OFTEN)
        ),
        "schedules.own.yaml": schedules("own", near=("near.yaml", OFTEN)),
        "experiments.kill.yaml": KILL.format(namespace=DEMO),
        "experiments.abort.yaml": ABORT.format(namespace=DEMO, pause=8),
        "experiments.ask.yaml": ASK.format(url=f"http://go-demo-8.{DEMO}.svc/"),
        "experiments.near.yaml": KILL.format(namespace=NAMESPACE),
    }


def loaded(files: dict[str, str], folder: Path) -> Repo:
    for name, text in files.items():
        (folder / name).write_text(text)
    found, problems = load(folder)
    assert found is not None, problems
    return found


@pytest.fixture(scope="module")
def installed(scene: Scene) -> Iterator[Release]:
    """Two queues, one of which acts where Cowbane itself lives, beside a bystander."""
    seed = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "known-seed", "namespace": NAMESPACE}}
    scene.plane.apply([{**seed, "stringData": {"seed": SEED}}])
    scene.place.bystanders(NAMESPACE, replicas=2)
    scene.write_repo(repo(scene))
    queues = {"shop": [DEMO], "own": [NAMESPACE]}
    with scene.installed(queues, {"seed": {"existingSecret": "known-seed"}}) as release:
        eventually(release.ready, within=120, every=1.0, what="every pod of the release")
        yield release


@pytest.mark.timeout(SECONDS + 420)
def test_a_storm_leaves_no_fault_no_double_run_and_no_fire_without_an_end(
    scene: Scene, installed: Release, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    began = datetime.fromtimestamp(installed.ledger().now() / 1000, UTC) + timedelta(seconds=5)
    story = rage(scene, installed)
    ended = datetime.fromtimestamp(installed.ledger().now() / 1000, UTC)
    files = repo(scene)
    planned = {fire.run_id for fire in plan(loaded(files, tmp_path), SEED.encode(), began, ended)}
    scene.write_repo(
        {**files, "schedules.shop.yaml": "schedules: {}\n", "schedules.own.yaml": "schedules: {}\n"}
    )
    let_it_settle(scene, installed)
    runs = {run.order.run_id: run for run in installed.runs()}
    with capsys.disabled():
        print(f"\n  {len(planned)} fires planned; {dict(Counter(run.outcome for run in runs.values()))}")
        print("  " + "\n  ".join(story))
    assert sorted(planned - runs.keys()) == [], "lost without a word"
    assert len(installed.runs()) == len(runs), "decided twice"
    for run in runs.values():
        accounted = run.outcome in ENDS or any(reason in run.reason for reason in REASONS)
        assert accounted, f"{run.order.run_id}: {run.outcome}: {run.reason}"
        assert run.reason
        assert not run.undo_failed, f"{run.order.run_id}: {run.reason}"
    assert any(run.outcome == "passed" for run in runs.values())
    no_fault_is_left(scene)
    no_pod_was_hit_twice_and_none_of_our_own(scene, installed)
    each_start_was_told_with_one_end(scene, installed)


def rage(scene: Scene, installed: Release) -> list[str]:
    """Each blow in turn, round after round, until the time is over."""
    blows = [kill_the_leader, kill_a_worker, kill_redis, stop_a_kubelet]
    story: list[str] = []
    pause = Event().wait
    clock = SystemClock()
    began = clock.monotonic()
    while (now := clock.monotonic() - began) < SECONDS or len(story) < len(blows):
        blow = blows[len(story) % len(blows)]
        story.append(f"{now:4.0f} s: {blow(scene, installed)}")
        pause(CALM)
    return story


def kill_the_leader(scene: Scene, installed: Release) -> str:
    leader = installed.leader()
    scene.plane.delete("v1", "Pod", leader, NAMESPACE)
    return f"deleted beat's leader {leader}"


def kill_a_worker(scene: Scene, installed: Release) -> str:
    (pod, *_) = [pod for pod in installed.pods("worker", "shop") if holds(pod, "Ready")]
    name = pod["metadata"]["name"]
    path = scene.plane.admin.path("v1", "Pod", name, NAMESPACE)
    scene.plane.admin.call("DELETE", path, {"gracePeriodSeconds": 0})
    return f"deleted worker {name} by force"


def kill_redis(scene: Scene, installed: Release) -> str:
    (pod,) = installed.pods("redis")
    scene.plane.delete("v1", "Pod", pod["metadata"]["name"], NAMESPACE)
    return "deleted Redis"


def stop_a_kubelet(scene: Scene, installed: Release) -> str:
    """Of the node without Redis: its pods run on, nobody hears of them."""
    (redis,) = installed.pods("redis")
    (node,) = [each for each in scene.place.cluster.node_names if each != redis["spec"]["nodeName"]]
    scene.place.cluster.stop_kubelet(node)
    Event().wait(SILENT)
    scene.place.cluster.start_kubelets()
    return f"stopped the kubelet of {node} for {SILENT:.0f} s"


def let_it_settle(scene: Scene, installed: Release) -> None:
    eventually(
        lambda: all(holds(node, "Ready") for node in scene.plane.list("v1", "Node")),
        within=60,
        what="both nodes",
    )
    eventually(installed.ready, within=180, every=2.0, what="every pod of the release")
    known = [-1]

    def quiet() -> bool:
        runs = installed.runs()
        grown, known[0] = len(runs) != known[0], len(runs)
        return not grown and all(run.state is RunState.ENDED for run in runs)

    eventually(quiet, within=240, every=8.0, what="the end of every run")
    ledger = installed.ledger()
    eventually(lambda: not ledger.owing("shop") and not ledger.owing("own"), within=30, what="the last undo")
    eventually(lambda: not ledger.backlog(), within=60, what="the last message")


def no_fault_is_left(scene: Scene) -> None:
    eventually(lambda: not scene.faulty(), within=12, what="no fault after a sweep")
    assert scene.routes() == scene.routes_before
    assert scene.marked() == []


def no_pod_was_hit_twice_and_none_of_our_own(scene: Scene, installed: Release) -> None:
    for queue, namespace in (("shop", DEMO), ("own", NAMESPACE)):
        deleted = Counter(scene.plane.deleted_pods(namespace, f"cowbane-worker-{queue}"))
        assert deleted, f"queue {queue} never hit anything"
        assert set(deleted.values()) <= {1}, deleted
        assert not [name for name in deleted if name.startswith("cowbane-")], deleted


def each_start_was_told_with_one_end(scene: Scene, installed: Release) -> None:
    told: dict[str, list[str]] = {}
    for message in scene.receiver.messages:
        if message.event is not None and message.event.run_id and message.event.name.startswith("run-"):
            told.setdefault(message.event.run_id, []).append(message.event.name)
    expected = {
        run.order.run_id: {"run-started", f"run-{run.outcome}"} for run in installed.runs() if run.started
    }
    assert {run_id: set(names) for run_id, names in told.items()} == expected
