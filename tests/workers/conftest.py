"""The simulated cluster with the demo system, and one worker on it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hosting import NAMESPACE, Rig
from waiting import eventually

from experiments.rehearsal.__main__ import DEMO_SYSTEM
from experiments.rehearsal.cluster import SimulatedCluster
from experiments.rehearsal.manifests import read_manifests


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatedCluster]:
    kubeconfig: Path = tmp_path_factory.mktemp("cluster") / "kubeconfig"
    cluster = SimulatedCluster(kubeconfig=kubeconfig, start_up=timedelta(seconds=0.1))
    cluster.apply(read_manifests(DEMO_SYSTEM.read_text(), "demo"), "kubectl", namespace=NAMESPACE)
    with cluster:
        yield cluster


@pytest.fixture
def rig(cluster: SimulatedCluster) -> Rig:
    rig = Rig(cluster)
    eventually(lambda: len(rig.pods()) == 6)
    return rig
