"""What every test may ask for."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from controlplane import build
from controlplane.rig import ControlPlane


@pytest.fixture(scope="session")
def controlplane() -> Iterator[ControlPlane]:
    """One real Kubernetes control plane for the whole session; take a `namespace()` of it.

    Run these tests in one process: each worker of pytest-xdist would start a control plane of its own.
    """
    if not build.is_built():
        if os.environ.get("CI"):
            pytest.fail("the control plane is not built and CI may not skip it: run `make controlplane`")
        pytest.skip("needs the real control plane: run `make controlplane` once")
    with ControlPlane() as plane:
        yield plane
