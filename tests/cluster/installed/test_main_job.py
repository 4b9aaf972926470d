"""From `helm install` to random chaos in a real cluster, and away again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from cluster.installed.release import NAMESPACE, Release
from cluster.installed.repos import ASK, KILL, schedules, settings
from cluster.installed.scene import DEMO, Scene
from controlplane.client import holds
from e2e.repo import ABORT
from git_server import GitServer
from waiting import eventually

from experiments.clock import SystemClock
from scheduler.repo.files import SETTINGS

pytestmark = pytest.mark.cluster

CATALOG = Path(__file__).parents[3] / "experiments" / "catalog"
QUEUE = "go-demo-8"
EVERY_10_S = '{ cron: "* * * * * */10" }'
FIRST_INJECTION_SECONDS = 90.0


def repo(scene: Scene, **entries: tuple[str, str]) -> dict[str, str]:
    """A repo of one queue, with every experiment that the schedules may name."""
    return {
        "cowbane.yaml": settings(scene.receiver.url, {QUEUE: [DEMO]}),
        "schedules.shop.yaml": schedules(QUEUE, **entries),
        "experiments.kill.yaml": KILL.format(namespace=DEMO),
        "experiments.abort.yaml": ABORT.format(namespace=DEMO, pause=3),
        "experiments.long.yaml": ABORT.format(namespace=DEMO, pause=100),
        "experiments.ask.yaml": ASK.format(url=f"http://go-demo-8.{DEMO}.svc/"),
    }


@pytest.fixture(scope="module")
def installed(scene: Scene) -> Iterator[Release]:
    """Installed with one queue; gone afterwards, unless a test has already seen to that."""
    scene.write_repo(repo(scene, kill=("kill.yaml", EVERY_10_S)))
    with scene.installed({QUEUE: [DEMO]}) as release:
        yield release


def test_from_installation_to_the_first_injection_and_its_message_under_traffic(
    scene: Scene, installed: Release, capsys: pytest.CaptureFixture[str]
) -> None:
    clock, asked = SystemClock(), scene.traffic_answers()
    ended = eventually(
        lambda: installed.ended("kill", "passed") if installed.ready() else [],
        within=120,
        every=1.0,
        what="a run",
    )
    eventually(lambda: scene.told("run-passed"), within=30, what="the message of the first run")
    seconds = clock.monotonic() - scene.installed_at
    with capsys.disabled():
        print(f"\n  helm install to the first injection and its message: {seconds:.0f} s")
    assert seconds <= FIRST_INJECTION_SECONDS
    assert ended[-1].reason
    eventually(lambda: scene.traffic_answers() > asked, within=30, what="traffic that goes on")


def test_a_worker_consumes_within_three_seconds(
    scene: Scene, installed: Release, capsys: pytest.CaptureFixture[str]
) -> None:
    """From the first process of its container to the line with which it begins, with Redis there."""
    before = {pod["metadata"]["name"] for pod in installed.pods("worker", QUEUE)}
    scene.plane.delete("v1", "Pod", min(before), NAMESPACE)

    def replaced() -> str:
        new = [pod for pod in installed.pods("worker", QUEUE) if pod["metadata"]["name"] not in before]
        return next((pod["metadata"]["name"] for pod in new if holds(pod, "Ready")), "")

    seconds = installed.seconds_to_consume(eventually(replaced, within=60, what="another worker"))
    with capsys.disabled():
        print(f"\n  container start to a consuming worker: {seconds:.1f} s")
    assert seconds <= 3.0


def test_the_image_is_small_and_what_makes_it_up_is_known(
    scene: Scene, installed: Release, capsys: pytest.CaptureFixture[str]
) -> None:
    worker = f"deploy/cowbane-worker-{QUEUE}"
    command = "du -sm /opt/cowbane; du -sm /opt/cowbane/lib/*/site-packages/*"
    listed = installed.exec(worker, "sh", "-c", command).stdout
    sizes = {path.rpartition("/")[2]: int(size) for size, path in map(str.split, listed.splitlines())}
    largest = sorted(sizes, key=lambda name: -sizes[name])[:6]
    total = scene.place.images.cowbane.archive.stat().st_size // 10**6
    with capsys.disabled():
        print(f"\n  the image: {total} MB;", ", ".join(f"{name} {sizes[name]}" for name in largest))
    assert total < 400


def test_whoever_breaks_in_finds_no_installer_no_compiler_and_nothing_to_write_to(installed: Release) -> None:
    worker = f"deploy/cowbane-worker-{QUEUE}"
    found = installed.exec(
        worker, "sh", "-c", "command -v gcc cc pip pip3 uv; id -u; touch /here /srv/cowbane/here"
    )
    assert found.stdout.split() == ["10001"]
    assert found.stderr.count("Read-only file system") == 2


def test_the_two_workers_are_on_different_nodes(installed: Release) -> None:
    assert len({pod["spec"]["nodeName"] for pod in installed.pods("worker", QUEUE)}) == 2


def test_only_workers_hold_a_token(installed: Release) -> None:
    for part in ("deploy/cowbane-beat", "deploy/cowbane-notifier", "statefulset/cowbane-redis"):
        done = installed.exec(part, "ls", "/var/run/secrets/kubernetes.io")
        assert done.returncode != 0
        assert "No such file" in done.stderr, part
    done = installed.exec(
        f"deploy/cowbane-worker-{QUEUE}", "ls", "/var/run/secrets/kubernetes.io/serviceaccount"
    )
    assert "token" in done.stdout


def test_an_edited_configmap_is_in_force_within_the_kubelets_sync_time(
    scene: Scene, installed: Release
) -> None:
    scene.write_repo(repo(scene, ask=("ask.yaml", EVERY_10_S)))
    eventually(
        lambda: installed.ended("ask", "passed"), within=100, every=1.0, what="the new schedule to run"
    )
    assert "ask" in installed.cowbane("schedule", "list").stdout
    assert "kill" not in installed.cowbane("schedule", "list").stdout


def test_a_broken_edit_changes_nothing_and_is_told(scene: Scene, installed: Release) -> None:
    files = repo(scene, ask=("ask.yaml", EVERY_10_S))
    broken = files["schedules.shop.yaml"].replace("experiment: ask.yaml", "experiment: aks.yaml")
    scene.write_repo({**files, "schedules.shop.yaml": broken})
    (event,) = eventually(
        lambda: scene.told("validate-failed"), within=100, every=1.0, what="validate-failed"
    )
    assert "schedules.shop.yaml:3" in event.reason
    assert "did you mean 'ask.yaml'" in event.reason
    before = len(installed.ended("ask", "passed"))
    eventually(
        lambda: len(installed.ended("ask", "passed")) > before, within=30, what="the old schedule's next run"
    )
    scene.write_repo(files)


@pytest.mark.timeout(500)
def test_any_pod_may_die_until_it_is_the_database(scene: Scene, installed: Release) -> None:
    """The book's experiment from a namespace of its own, word for word, with one replica of each."""
    scene.place.scale(DEMO, "repeater", 0)
    scene.place.scale(DEMO, "go-demo-8", 1)
    files = repo(scene, any=("any.yaml", '{ cron: "* * * * * */20" }'))
    scene.write_repo({**files, "experiments.any.yaml": (CATALOG / "health-instances.yaml").read_text()})
    eventually(
        lambda: installed.ended("any", "passed"), within=240, every=2.0, what="a pod that nobody misses"
    )
    (ended, *_) = eventually(
        lambda: installed.ended("any", "deviated"), within=240, every=2.0, what="the database's turn"
    )
    assert "go-demo-8-db" in ended.reason


def test_an_upgrade_and_a_rollback_with_an_open_run_undo_it_first(scene: Scene, installed: Release) -> None:
    begin_a_long_fault(scene, installed)
    installed.upgrade(podAnnotations={"test/revision": "2"})
    (ended,) = eventually(
        lambda: installed.ended("long", "interrupted"), within=30, what="the end of the run"
    )
    assert "told to stop" in ended.reason
    assert not ended.undo_failed
    eventually(lambda: not scene.faulty(), within=20, what="no fault in the route")
    installed.rollback()
    eventually(installed.ready, within=120, every=1.0, what="the pods of the revision before")
    assert all(
        "test/revision" not in pod["metadata"].get("annotations", {}) for pod in installed.pods("worker")
    )


def test_the_repo_may_come_from_git(scene: Scene, installed: Release, tmp_path: Path) -> None:
    """A push is in force within the poll, also for the standby that leads next."""

    def pushed(**entries: tuple[str, str]) -> str:
        return server.push({folded(name): text for name, text in repo(scene, **entries).items()})

    with GitServer(tmp_path / "git", host=scene.place.cluster.host_address) as server:
        pushed(first=("ask.yaml", EVERY_10_S))
        installed.upgrade(repo={"git": {"url": server.url, "every": 5}})
        eventually(lambda: installed.ended("first", "passed"), within=60, every=1.0, what="the first commit")
        commit = pushed(second=("ask.yaml", EVERY_10_S))
        eventually(
            lambda: installed.ended("second", "passed"), within=40, every=1.0, what="the second commit"
        )
        assert f"(git {commit[:12]}" in installed.log(installed.leader())
        installed.rollback()


def test_an_uninstallation_in_the_middle_of_a_run_undoes_it_and_leaves_nothing(
    scene: Scene, installed: Release
) -> None:
    begin_a_long_fault(scene, installed)
    installed.uninstall()
    assert scene.routes() == scene.routes_before
    assert scene.marked() == []
    events = eventually(lambda: scene.told("run-interrupted", "long"), within=5, what="the end's message")
    assert re.search(r"halt", events[-1].reason)
    eventually(lambda: installed.left() == [], within=90, every=1.0, what="nothing of ours")


def folded(name: str) -> str:
    """A flat name as it stands in folders."""
    return name if name == SETTINGS else name.replace(".", "/", 1)


def begin_a_long_fault(scene: Scene, installed: Release) -> None:
    """A run whose fault stays in for longer than anybody waits."""
    scene.write_repo(repo(scene, long=("long.yaml", '{ cron: "* * * * * */20" }')))
    eventually(scene.faulty, within=120, every=0.5, what="a fault in the route")
    scene.write_repo(repo(scene, ask=("ask.yaml", EVERY_10_S)))
