"""The real cluster is one as far as the tests rely on it, and it leaves nothing."""

from __future__ import annotations

import pytest
from cluster.rig import Cluster
from controlplane.client import holds

pytestmark = pytest.mark.cluster


def test_two_nodes_are_ready(cluster: Cluster) -> None:
    nodes = cluster.plane.list("v1", "Node")
    assert [node["metadata"]["name"] for node in nodes if holds(node, "Ready")] == ["node1", "node2"]
