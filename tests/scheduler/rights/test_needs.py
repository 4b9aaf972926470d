"""What an experiment needs follows from what it does and where, and what cannot be known is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from repos import shop

from experiments.catalog import catalog
from experiments.format.check import unavailable
from experiments.format.document import Document, read_document
from experiments.kubernetes.grants import Grant, granted, of_rights
from experiments.kubernetes.rights import Right
from experiments.library import OurLibrary
from experiments.model import Json
from scheduler.repo.load import load
from scheduler.rights.manifests import roles
from scheduler.rights.needs import Needs, Part, of_experiment, of_repo

ISTIO = "networking.istio.io"
LIST_PODS, KILL_PODS = Right("", "pods", ("list",)), Right("", "pods", ("delete", "get", "list"))
HEALTHY = (LIST_PODS, Right("apps", "deployments", ("list",)))
MESH = Right(ISTIO, "virtualservices", ("get", "list", "patch"))
QUEUE = ("a", "b")
HTTP: dict[str, Json] = {"type": "http", "url": "http://a"}


def python(module: str, func: str, **arguments: Json) -> dict[str, Json]:
    return {"type": "python", "module": module, "func": func, "arguments": arguments}


def kill(**arguments: Json) -> dict[str, Json]:
    return python("chaosk8s.pod.actions", "terminate_pods", **arguments)


def count(**arguments: Json) -> dict[str, Json]:
    return python("chaosk8s.pod.probes", "count_pods", **arguments)


def abort(**arguments: Json) -> dict[str, Json]:
    return python("chaosistio.fault.actions", "add_abort_fault", **arguments)


def act(provider: Json, **more: Json) -> dict[str, Json]:
    return {"type": "action", "name": "it", "provider": provider, **more}


def needs(*method: Json, values: dict[str, Json] | None = None, **more: Json) -> Needs:
    return of_experiment({"method": [*method], **more}, values or {}, QUEUE)


def hypothesis(*probes: Json) -> Needs:
    return of_experiment({"steady-state-hypothesis": {"probes": [*probes]}}, {}, QUEUE)


def held(found: Needs) -> dict[str, frozenset[Grant]]:
    return {namespace: granted(rules) for namespace, rules in roles(found).items()}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (needs(), {}),
        (needs(act(kill(ns="a"))), {"a": [KILL_PODS]}),
        (needs(act(kill(ns="a")), act(count(ns="b"))), {"a": [KILL_PODS], "b": [LIST_PODS]}),
        (needs(act(kill())), {"default": [KILL_PODS]}),
        (needs(act(abort(ns="a"))), {"a": [MESH]}),
        (needs(rollbacks=[act(count(ns="a"))]), {"a": [LIST_PODS]}),
        (hypothesis(act(count(ns="a"), tolerance=1)), {"a": [LIST_PODS]}),
        (needs(act(HTTP, tolerance={"type": "probe", "provider": count(ns="a")})), {"a": [LIST_PODS]}),
        (needs(act(kill(ns="${x}")), configuration={"x": "a"}), {"a": [KILL_PODS]}),
        (needs(act(kill(ns="${x}")), configuration={"x": "a"}, values={"x": "b"}), {"b": [KILL_PODS]}),
        (needs(act(HTTP)), {}),
        (needs({"ref": "it"}, act(kill(ns="a"))), {"a": [KILL_PODS]}),
    ],
)
def test_rights_are_needed_where_an_activity_acts(found: Needs, expected: dict[str, list[Right]]) -> None:
    assert held(found) == {namespace: of_rights(rights) for namespace, rights in expected.items()}
    assert found.unknown == ()


def test_where_only_the_environment_knows_the_namespace_it_may_be_any_of_the_queues_and_is_said() -> None:
    configuration: Json = {"x": {"type": "env", "key": "NS"}}
    found = needs(act(kill(ns="${x}")), configuration=configuration)
    assert held(found) == dict.fromkeys(QUEUE, of_rights([KILL_PODS]))
    assert found.unknown == (
        "it: only the environment of the worker knows its namespace; granted in all of the queue's: a, b",
    )


@pytest.mark.parametrize(
    ("provider", "said"),
    [
        (python("shop.chaos", "kill", ns="a"), "what shop.chaos.kill asks"),
        ({"type": "process", "path": "kubectl"}, "what the program kubectl asks"),
    ],
)
def test_what_nobody_declares_is_said_and_nothing_is_granted_for_it(provider: Json, said: str) -> None:
    found = needs(act(provider))
    assert found.known == ()
    assert found.unknown == (f"it: {said} the cluster for is not known; add it yourself",)


def test_in_the_whole_cluster_nothing_is_granted_and_that_is_said() -> None:
    found = needs(act(kill(ns="")))
    assert found.known == ()
    assert found.unknown == ("it: it names the whole cluster, in which nothing is granted; name a namespace",)


def test_each_need_says_who_needs_it_and_for_what() -> None:
    found = needs(act(abort(ns="a")))
    told = {(each.part, each.grant.verb) for each in found.known if each.activity == "it"}
    assert told == {
        (Part.CALL, "get"),
        (Part.CALL, "patch"),
        (Part.UNDO, "get"),
        (Part.UNDO, "patch"),
        (Part.SWEEP, "list"),
    }


def test_a_queue_needs_what_its_schedules_do_armed_or_not_and_nothing_for_files_that_nobody_uses(
    tmp_path: Path,
) -> None:
    root = shop(
        tmp_path,
        ("cowbane.yaml", "  go-demo-8: {", "  idle: { namespaces: [b], owners: [o] }\n  go-demo-8: {"),
    )
    (root / "experiments" / "unused.yaml").write_text(
        (root / "experiments" / "network-random.yaml").read_text().replace("ns: go-demo-8", "ns: other")
    )
    repo, _ = load(root)
    assert repo
    found = of_repo(repo)
    assert list(found) == ["go-demo-8", "idle"]
    assert found["idle"] == Needs()
    assert held(found["go-demo-8"]) == {"go-demo-8": of_rights([KILL_PODS, *HEALTHY, MESH])}
    wheres = {(each.schedule, each.where) for each in found["go-demo-8"].known}
    assert wheres == {
        ("kill-any-pod", "schedules/shop.yaml:2"),
        ("disrupt-any-network", "schedules/shop.yaml:10"),
        ("surprise-at-night", "schedules/shop.yaml:19"),
    }


#: Experiment of the catalog -> its rights in go-demo-8, of those that can run.
CATALOG = {
    "health": [KILL_PODS, *HEALTHY],
    "health-db": [KILL_PODS],
    "health-http": [KILL_PODS],
    "health-instances": [KILL_PODS, *HEALTHY],
    "health-pause": [KILL_PODS, *HEALTHY],
    "network": [MESH],
    "network-abort-100": [MESH],
    "network-delay": [MESH],
    "network-dos": [],
    "network-random": [MESH, *HEALTHY],
    "network-rollback": [MESH],
    "terminate-pod": [KILL_PODS],
    "terminate-pod-pause": [KILL_PODS],
    "terminate-pod-phase": [KILL_PODS],
    "terminate-pod-ssh": [KILL_PODS],
}


@pytest.mark.parametrize("name", catalog())
def test_an_experiment_of_the_catalog_that_can_run_needs_what_the_table_says(name: str) -> None:
    document = read_document(Path(str(catalog()[name])))
    assert isinstance(document, Document)
    assert isinstance(document.data, dict)
    found = of_experiment(document.data, {}, ())
    if name in CATALOG:
        rights = of_rights(CATALOG[name])
        assert held(found) == ({"go-demo-8": rights} if rights else {})
        assert bool(found.unknown) == (name == "network-dos")
    else:
        assert unavailable(document, OurLibrary())
        assert all("\n" not in each for each in found.unknown)
        assert found.unknown
