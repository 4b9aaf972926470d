"""A queue reaches its own namespaces and its own keys, whoever loosens what (DESIGN D6, D13, G11)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from cluster.installed.release import NAMESPACE, Release
from cluster.installed.repos import KILL, rules, schedules, settings
from cluster.installed.scene import DEMO, Scene
from waiting import eventually

pytestmark = pytest.mark.cluster

EVERY_10_S = '{ cron: "* * * * * */10" }'
#: What a queue gets in a namespace where its policy lets it in and its Role does not let it kill.
HARMLESS = [{"apiGroups": ["policy"], "resources": ["poddisruptionbudgets"], "verbs": ["list"]}]
ASK_REDIS = """\
import sys
from redis import Redis
from workers.wiring import redis_url, settings
client = Redis.from_url(redis_url(settings()), decode_responses=True)
for command in sys.argv[1:]:
    try:
        client.execute_command(*command.split())
        print("yes")
    except Exception as wrong:
        print(str(wrong).split()[0] if "permissions" not in str(wrong) else "NOPERM")
"""


@pytest.fixture(scope="module")
def other(scene: Scene) -> Iterator[str]:
    """The namespace of queue b, with a pod in it."""
    with scene.place.namespace("other") as namespace:
        scene.place.bystanders(namespace, replicas=1)
        yield namespace


def repo(scene: Scene, other: str, spaces_of_a: list[str]) -> dict[str, str]:
    """Queue a with a schedule that hits the namespace of queue b."""
    return {
        "cowbane.yaml": settings(scene.receiver.url, {"a": spaces_of_a, "b": [other]}),
        "schedules.a.yaml": schedules("a", reach=("reach.yaml", EVERY_10_S)),
        "schedules.b.yaml": schedules("b", own=("reach.yaml", EVERY_10_S)),
        "experiments.reach.yaml": KILL.format(namespace=other),
    }


@pytest.fixture(scope="module")
def installed(scene: Scene, other: str) -> Iterator[Release]:
    """Two queues, each with its own namespace."""
    scene.write_repo({"cowbane.yaml": settings(scene.receiver.url, {"a": [DEMO], "b": [other]})})
    with scene.installed({"a": [DEMO], "b": [other]}) as release:
        eventually(release.ready, within=120, every=1.0, what="every pod of the release")
        yield release


def pod_names(scene: Scene, namespace: str) -> set[str]:
    return {pod["metadata"]["name"] for pod in scene.plane.list("v1", "Pod", namespace)}


def test_the_repo_is_refused_where_a_queue_reaches_beyond_its_namespaces(
    scene: Scene, installed: Release, other: str
) -> None:
    scene.write_repo(repo(scene, other, [DEMO]))
    (event,) = eventually(
        lambda: scene.told("validate-failed"), within=100, every=1.0, what="validate-failed"
    )
    assert "its queue 'a' may act in go-demo-8 only" in event.reason


def test_with_ownership_loosened_the_policy_of_the_worker_refuses(
    scene: Scene, installed: Release, other: str
) -> None:
    scene.write_repo(repo(scene, other, [DEMO, other]))
    (run, *_) = eventually(
        lambda: installed.ended("reach", "skipped"), within=120, every=1.0, what="a refusal"
    )
    assert "the policy of this worker does not allow the namespace 'other'" in run.reason
    eventually(lambda: installed.ended("own", "passed"), within=60, every=1.0, what="queue b's own run")


def test_with_the_policy_loosened_too_the_api_server_refuses_and_that_is_the_reason(
    scene: Scene, installed: Release, other: str
) -> None:
    installed.upgrade(queues={
        "a": {"roles": {DEMO: rules(), other: HARMLESS}},
        "b": {"roles": {other: rules()}},
    })  # fmt: skip
    seen = {run.order.run_id for run in installed.ended("reach")}

    def refused() -> list[str]:
        found = [run for run in installed.ended("reach") if run.order.run_id not in seen]
        return [run.reason for run in found if "403" in run.reason]

    (reason, *_) = eventually(refused, within=120, every=1.0, what="a refusal by the API server")
    assert "pods is forbidden" in reason
    assert "cowbane-worker-a" in reason


def test_a_token_of_one_queue_used_by_hand_is_refused_in_the_namespace_of_another(
    scene: Scene, installed: Release, other: str
) -> None:
    done = installed.exec(
        "deploy/cowbane-worker-a", "cat", "/var/run/secrets/kubernetes.io/serviceaccount/token"
    )
    stolen = scene.plane.client(done.stdout.strip())
    assert stolen.request("GET", f"/api/v1/namespaces/{DEMO}/pods").status == 200
    for method, path in (
        ("GET", f"/api/v1/namespaces/{other}/pods"),
        ("DELETE", f"/api/v1/namespaces/{other}/pods/any"),
        ("GET", f"/api/v1/namespaces/{NAMESPACE}/secrets"),
        ("GET", f"/api/v1/namespaces/{NAMESPACE}/pods"),
        ("GET", "/api/v1/nodes"),
    ):
        assert stolen.request(method, path).status == 403, path


def test_a_redis_user_of_one_queue_reads_and_writes_nothing_of_another(installed: Release) -> None:
    questions = {
        "GET cb:{cowbane}:q:a:anything": "yes",
        "GET cb:{cowbane}:q:b:anything": "NOPERM",
        "SET cb:{cowbane}:q:b:anything 1": "NOPERM",
        "LPUSH cb:{cowbane}:broker:b message": "NOPERM",
        "GET cb:{cowbane}:shared:seed": "NOPERM",
        "FLUSHALL": "NOPERM",
        "CONFIG GET *": "NOPERM",
        "ACL LIST": "NOPERM",
    }
    done = installed.exec("deploy/cowbane-worker-a", "python3", "-c", ASK_REDIS, *questions)
    assert done.stdout.split() == list(questions.values()), done.stdout + done.stderr
