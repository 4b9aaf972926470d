"""What an installation needs in the real cluster."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from cluster.installed.place import Images, Place
from cluster.installed.release import NAMESPACE
from cluster.installed.repos import HOOK_SECRET
from cluster.installed.scene import DEMO, Scene
from cluster.rig import Cluster
from waiting import eventually

from workers.notifier.receiver import Receiver


@pytest.fixture(scope="session")
def place(cluster: Cluster) -> Place:
    """The cluster with our images on every node."""
    return Place.furnished(cluster, Images.built())


@pytest.fixture(scope="module")
def scene(place: Place) -> Iterator[Scene]:
    """The demo system under traffic in its namespace, and an empty one for the release."""
    host = place.cluster.host_address
    with (
        Receiver(host=host) as receiver,
        place.namespace(NAMESPACE),
        place.namespace(DEMO),
        place.volume(),
    ):
        about = {"name": "cowbane-notifier", "namespace": NAMESPACE}
        secret = {"apiVersion": "v1", "kind": "Secret", "metadata": about}
        place.plane.apply([{**secret, "stringData": {"hook-secret": HOOK_SECRET}}])
        place.demo_system(DEMO, replicas=3)
        place.traffic(DEMO)
        scene = Scene(place, receiver)
        scene.routes_before = scene.routes()
        eventually(lambda: scene.traffic_answers() > 0, within=60, what="traffic")
        yield scene
