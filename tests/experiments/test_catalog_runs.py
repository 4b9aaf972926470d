"""The catalog's experiments end as the book saw them end, on the demo system of the simulated cluster."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from waiting import eventually

from experiments.catalog import catalog
from experiments.clock import SystemClock
from experiments.engine.run import run
from experiments.engine.stop import Stop
from experiments.format.document import Document, read_document
from experiments.format.reader import read_experiment
from experiments.journal import Journal
from experiments.kubernetes.gateway import Gateway
from experiments.kubernetes.objects import Object, status_of
from experiments.rehearsal.__main__ import DEMO_SYSTEM
from experiments.rehearsal.cluster import SimulatedCluster
from experiments.rehearsal.manifests import read_manifests
from scheduler.laptop import RunOptions, laptop_host

NAMESPACE = "go-demo-8"

#: Whose Deployment has one replica instead of three.
ALONE = {"terminate-pod-phase"}
#: Experiment -> outcome. Those that need the application's HTTP or a node are proven where these exist.
ENDINGS = {
    "terminate-pod": "passed",
    "terminate-pod-ssh": "baseline-not-met",  # it expects one pod, the Deployment has three
    "terminate-pod-phase": "passed",  # likewise, so here it has one
    "health": "deviated",
    "health-pause": "passed",
    "health-instances": "passed",
    "network-random": "passed",
}


@pytest.fixture(scope="module")
def journals() -> Iterator[dict[str, Future[Journal]]]:
    """Each on a cluster of its own, side by side: the engine owns no signal and no global."""
    with ThreadPoolExecutor(len(ENDINGS)) as pool:
        yield {name: pool.submit(_run, name) for name in ENDINGS}


@pytest.mark.parametrize(("name", "outcome"), ENDINGS.items())
def test_it_ends_as_the_book_says(name: str, outcome: str, journals: dict[str, Future[Journal]]) -> None:
    journal = journals[name].result(60)
    assert (journal.outcome, journal.undo_failed) == (outcome, False), journal.reason


def _run(name: str) -> Journal:
    document = read_document(Path(str(catalog()[name])))
    assert isinstance(document, Document)
    experiment, _ = read_experiment(document)
    assert experiment
    with SimulatedCluster(start_up=timedelta(seconds=1)) as cluster:
        text = DEMO_SYSTEM.read_text()
        if name in ALONE:
            text = text.replace("replicas: 3", "replicas: 1")
        cluster.apply(read_manifests(text, "demo"), "kubectl", namespace=NAMESPACE)
        gateway = Gateway.connect(kubeconfig=cluster.kubeconfig)
        eventually(lambda: _ready(gateway) == (4 if name in ALONE else 6), within=30)
        options = RunOptions(kubeconfig=str(cluster.kubeconfig))
        return run(experiment, laptop_host(options, Stop(), SystemClock(), lambda _: None))


def _ready(gateway: Gateway) -> int:
    return sum(_is_ready(pod) for pod in gateway.list("v1", "pods", NAMESPACE))


def _is_ready(pod: Object) -> bool:
    conditions = status_of(pod).get("conditions") or []
    return any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)
