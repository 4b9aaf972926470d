"""What a test on the real cluster may ask for."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from cluster import lifetime, packages
from cluster.blueprint import Blueprint
from cluster.rig import Cluster
from controlplane import build


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """The cluster that runs on this machine, else one for this session; take a `namespace()` of it."""
    lacking = [*packages.missing(), *(part.name for part in build.missing(cluster=True))]
    if os.geteuid() != 0 or lacking:
        pytest.fail(
            f"the real cluster needs root and `make cluster`; missing: {lacking or 'root'}", pytrace=False
        )
    ours = Blueprint.usual()
    ran_before = lifetime.running(ours)
    yield lifetime.up(ours)
    if not ran_before:
        lifetime.down(ours)
