"""Pods: who dies, who never does, and what is said about those that live."""

from __future__ import annotations

from typing import Any

import pytest
from controlplane.client import Object, holds
from playground import Log, Playground, draw
from waiting import eventually

from experiments.engine.stop import Interrupted, Stop
from experiments.failures import ActivityFailed, SteadyStateNotMet
from experiments.faults.intent import Target, UndoKind
from experiments.kubernetes.errors import Forbidden, NotFound, TooManyRequests, Unavailable
from experiments.kubernetes.gateway import Gateway
from experiments.kubernetes.pods import count_pods, pods_in_conditions, pods_in_phase, terminate_pods
from experiments.kubernetes.selection import NothingChosen
from experiments.kubernetes.workloads import all_microservices_healthy

READY = [{"type": "Ready", "status": "True"}]


def terminate(
    playground: Playground, faults: Any = None, *, gateway: Gateway | None = None, **more: Any
) -> Any:
    return terminate_pods(
        ns=playground.namespace,
        cluster=gateway or playground.gateway,
        faults=faults or playground.step(),
        draw=draw(),
        stop=Stop(),
        **more,
    )


def ready(playground: Playground, count: int) -> list[Object]:
    def are_ready() -> list[Object]:
        found = playground.pods()
        return found if len(found) == count and all(holds(pod, "Ready") for pod in found) else []

    return eventually(are_ready, what=f"{count} ready pods")


def test_one_pod_dies_and_its_intent_was_recorded(playground: Playground) -> None:
    for name in ("a", "b"):
        playground.pod(name)
    log = Log()
    assert terminate(playground, playground.step(log=log), label_selector="app=web") == ["a"]
    assert eventually(lambda: [pod["metadata"]["name"] for pod in playground.pods()] == ["b"])
    (intent,) = log.recorded
    assert (intent.undo, intent.target.name) == (UndoKind.NOTHING, "a")


def test_a_random_choice_is_the_same_for_the_same_seed(playground: Playground) -> None:
    for name in "abcdef":
        playground.pod(name)
    dry = playground.step(dry=True)
    chosen = terminate(playground, dry, rand=True, qty=3)
    assert len(set(chosen)) == 3
    assert terminate(playground, rand=True, qty=3) == chosen


def test_the_deployment_replaces_its_pod(playground: Playground) -> None:
    playground.deployment(replicas=2)
    before = {pod["metadata"]["uid"] for pod in ready(playground, 2)}
    terminate(playground, label_selector="app=web", rand=True)
    assert eventually(lambda: len({pod["metadata"]["uid"] for pod in ready(playground, 2)} - before) == 1)


def test_a_dry_run_says_whom_it_would_have_hit(playground: Playground) -> None:
    playground.pod("a")
    log = Log()
    assert terminate(playground, playground.step(log=log, dry=True)) == ["a"]
    assert len(playground.pods()) == 1
    assert log.recorded == []


def test_no_match_is_a_failure_that_says_so(playground: Playground) -> None:
    playground.pod("a")
    with pytest.raises(
        NothingChosen, match=f"no unfinished pod with app=x in namespace {playground.namespace}"
    ):
        terminate(playground, label_selector="app=x")
    assert len(playground.pods()) == 1


@pytest.mark.parametrize(
    "labels", [{"cowbane.dev/exempt": "true"}, {"app.kubernetes.io/part-of": "cowbane"}], ids=str
)
def test_exempt_and_own_pods_are_never_chosen(playground: Playground, labels: dict[str, str]) -> None:
    playground.pod("a", labels)
    playground.pod("b")
    assert terminate(playground, all=True) == ["b"]


def test_a_protected_namespace_loses_no_pod(playground: Playground) -> None:
    playground.pod("a")
    gateway = Gateway.connect(playground.kubeconfig, protected=[playground.namespace])
    with pytest.raises(NothingChosen, match="not protected"):
        terminate(playground, gateway=gateway)
    assert len(playground.pods()) == 1


def test_a_pod_that_is_gone_meanwhile_is_no_failure_and_its_successor_lives(playground: Playground) -> None:
    for name in ("a", "b"):
        playground.pod(name)

    def meanwhile() -> None:
        path = playground.client.path("v1", "Pod", "a", playground.namespace)
        playground.client.call("DELETE", path, {"gracePeriodSeconds": 0})
        eventually(lambda: playground.client.request("GET", path).status == 404)
        playground.pod("a")
        log.meanwhile = lambda: None

    log = Log(meanwhile=meanwhile)
    assert terminate(playground, playground.step(log=log), all=True) == ["b"]
    assert [pod["metadata"]["name"] for pod in playground.pods()] == ["a"]


def test_a_stop_ends_the_killing(playground: Playground) -> None:
    for name in ("a", "b", "c"):
        playground.pod(name)
    log = Log()
    faults = playground.run(log=log)
    log.meanwhile = lambda: faults._stop.request("halted")
    with pytest.raises(Interrupted, match="halted"):
        terminate(playground, faults.at("method-0"), all=True)
    assert len(log.recorded) == 1


class Moody(Gateway):
    """A gateway whose deletions fail as told, after or instead of reaching the server."""

    def __init__(self, real: Gateway, *moods: tuple[bool, Exception | None]) -> None:
        super().__init__(real._connect)
        self._moods = list(moods)

    def delete(self, target: Target, *, grace_period: int | None = None) -> None:
        applied, failure = self._moods.pop(0) if self._moods else (True, None)
        if applied:
            super().delete(target, grace_period=grace_period)
        if failure:
            raise failure


SILENCE = Unavailable("no answer", maybe_applied=True)


def test_a_lost_answer_is_read_back_and_the_pod_counts(playground: Playground) -> None:
    playground.pod("a")
    assert terminate(playground, gateway=Moody(playground.gateway, (True, SILENCE))) == ["a"]


def test_a_pod_that_may_live_after_a_lost_answer_is_told(playground: Playground) -> None:
    playground.pod("a")
    with pytest.raises(ActivityFailed, match=r"no answer, and pods/a in .* is still there"):
        terminate(playground, gateway=Moody(playground.gateway, (False, SILENCE)))


def test_a_busy_server_is_asked_again(playground: Playground) -> None:
    playground.pod("a")
    busy = Moody(playground.gateway, (False, TooManyRequests("busy", 0.01)))
    assert terminate(playground, gateway=busy) == ["a"]


def test_a_failure_in_the_middle_names_those_that_are_gone(playground: Playground) -> None:
    for name in ("a", "b", "c"):
        playground.pod(name)
    torn = Moody(playground.gateway, (True, None), (False, Forbidden("not you")))
    with pytest.raises(ActivityFailed, match="not you; deleted before that: a"):
        terminate(playground, gateway=torn, all=True)
    assert eventually(lambda: len(playground.pods()) == 2)


def test_pods_are_counted(playground: Playground) -> None:
    def count(**more: Any) -> int:
        return count_pods(ns=playground.namespace, cluster=playground.gateway, **more)

    assert count(label_selector="app=web") == 0
    playground.pod("a")
    playground.pod("b", {"app": "db"})
    ready(playground, 2)
    assert (count(), count(label_selector="app=web")) == (2, 1)
    assert (count(phase="Running"), count(phase="Pending")) == (2, 0)


def test_a_phase_holds_for_all_or_names_the_pod(playground: Playground) -> None:
    where: dict[str, Any] = {"ns": playground.namespace, "cluster": playground.gateway}
    with pytest.raises(SteadyStateNotMet, match="there is no pod with app=web in namespace"):
        pods_in_phase("app=web", **where)
    playground.pod("a")
    ready(playground, 1)
    assert pods_in_phase("app=web", **where)
    with pytest.raises(SteadyStateNotMet, match=r"^pod a is in phase Running, expected Pending$"):
        pods_in_phase("app=web", "Pending", **where)
    assert not pods_in_phase("app=web", "Pending", raise_on_invalid_phase=False, **where)


def test_a_condition_holds_for_all_or_names_pod_and_condition(playground: Playground) -> None:
    where: dict[str, Any] = {"ns": playground.namespace, "cluster": playground.gateway}
    playground.pod("a")
    ready(playground, 1)
    assert pods_in_conditions("app=web", READY, **where)
    with pytest.raises(SteadyStateNotMet, match=r"^pod a: condition Ready is True, expected False$"):
        pods_in_conditions("app=web", [{"type": "Ready", "status": "False"}], **where)
    with pytest.raises(SteadyStateNotMet, match="pod a: condition Happy is missing, expected True"):
        pods_in_conditions("app=web", [{"type": "Happy", "status": "True"}], **where)


def test_health_is_every_pod_and_every_deployment(playground: Playground) -> None:
    def healthy() -> bool:
        return all_microservices_healthy(playground.namespace, cluster=playground.gateway)

    with pytest.raises(SteadyStateNotMet, match="nothing runs in namespace"):
        healthy()
    playground.deployment(replicas=2)
    ready(playground, 2)
    assert eventually(lambda: _is(healthy), what="health")


class Still(Gateway):
    """A gateway to a picture of a namespace."""

    def __init__(self, **listed: list[Object]) -> None:
        super().__init__(_never)
        self._listed = listed

    def list(self, api_version: str, resource: str, namespace: str = "", **_: object) -> Any:
        return self._listed.get(resource, [])


def in_phase(phase: str) -> Object:
    return {"metadata": {"name": "a"}, "status": {"phase": phase}}


def of_web(name: str, *, ready: str = "True", **metadata: object) -> Object:
    """A running pod of the Deployment `web`."""
    owned = {
        "labels": {"pod-template-hash": "6d4b75cb6d"},
        "ownerReferences": [{"kind": "ReplicaSet", "name": "web-6d4b75cb6d"}],
    }
    conditions = [{"type": "Ready", "status": ready}]
    status = {"phase": "Running", "conditions": conditions}
    return {"metadata": {"name": name, **owned, **metadata}, "status": status}


TWO = [of_web("a"), of_web("b")]


def available(count: int, seen: int = 3) -> Object:
    meta = {"name": "web", "generation": 3}
    return {
        "metadata": meta,
        "spec": {"replicas": 2},
        "status": {"availableReplicas": count, "observedGeneration": seen},
    }


@pytest.mark.parametrize(
    ("listed", "told"),
    [
        ({"pods": [in_phase("Pending")]}, "namespace shop is not healthy: pod a is Pending"),
        ({"pods": [in_phase("Failed")] * 5}, "pod a is Failed; pod a is Failed; pod a is Failed and 2 more"),
        ({"pods": [{"metadata": {"name": "a"}}]}, "pod a is Unknown"),
        ({"pods": TWO, "deployments": [available(1)]}, "deployment web has 1 of 2 replicas available"),
        ({"pods": TWO, "deployments": [available(2, seen=2)]}, "a change that its controller has not seen"),
        (
            {"pods": [of_web("a"), of_web("b", deletionTimestamp="now")], "deployments": [available(2)]},
            "deployment web has 1 of 2 replicas available",
        ),
        (
            {"pods": [of_web("a"), of_web("b", ready="False")], "deployments": [available(2)]},
            "deployment web has 1 of 2 replicas available",
        ),
        ({}, "nothing runs in namespace shop"),
    ],
)
def test_ill_health_names_what_is_ill(listed: dict[str, list[Object]], told: str) -> None:
    with pytest.raises(SteadyStateNotMet, match=told):
        all_microservices_healthy("shop", cluster=Still(**listed))


def test_what_runs_or_has_succeeded_is_healthy() -> None:
    picture = Still(pods=[in_phase("Running"), in_phase("Succeeded"), *TWO], deployments=[available(2)])
    assert all_microservices_healthy("shop", cluster=picture)


def test_a_pod_on_its_way_out_harms_nobody_once_another_serves() -> None:
    picture = Still(pods=[*TWO, of_web("c", deletionTimestamp="now")], deployments=[available(2)])
    assert all_microservices_healthy("shop", cluster=picture)


def test_a_question_about_what_is_not_there_is_an_error_not_an_answer(playground: Playground) -> None:
    with pytest.raises(NotFound):
        playground.gateway.get("v1", "pods", "nobody", playground.namespace)


def _is(check: Any) -> bool:
    try:
        return bool(check())
    except SteadyStateNotMet:
        return False


def _never() -> Any:
    raise AssertionError("connected")
