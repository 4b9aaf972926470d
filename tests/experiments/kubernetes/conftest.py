"""Every test in here that asks for a playground runs on the simulated cluster and on the real one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from controlplane.client import Client
from controlplane.rig import ControlPlane
from playground import Playground

from experiments.rehearsal.cluster import SimulatedCluster


@pytest.fixture(scope="session", params=["simulated", pytest.param("real", marks=pytest.mark.controlplane)])
def playgrounds(request: pytest.FixtureRequest) -> Iterator[Callable[[], Playground]]:
    """Makes fresh namespaces of one cluster, then of the other."""
    if request.param == "real":
        plane: ControlPlane = request.getfixturevalue("controlplane")
        yield lambda: Playground(plane.admin, plane.admin_kubeconfig, plane.namespace("play"))
        return
    quick = timedelta(seconds=0.1)
    with (
        SimulatedCluster(start_up=quick, shut_down=quick) as cluster,
        closing(Client(cluster.url, Path(os.devnull), "")) as client,
    ):
        numbers = count()
        yield lambda: Playground(client, cluster.kubeconfig, _namespace(client, f"play-{next(numbers)}"))


@pytest.fixture
def playground(playgrounds: Callable[[], Playground]) -> Playground:
    """A namespace that nobody else uses."""
    return playgrounds()


def _namespace(client: Client, name: str) -> str:
    client.apply([{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}])
    return name
