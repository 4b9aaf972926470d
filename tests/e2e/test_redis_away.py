"""Redis and a worker die together: whoever starts then is kept alive, and undoes a fault when it expires."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from e2e.conftest import Shop
from e2e.production import Production, production
from e2e.system import Process
from playground import ISTIO, Log
from waiting import eventually

from experiments.clock import SystemClock
from experiments.engine.stop import Stop
from experiments.faults.injection import Faults, RunIdentity
from experiments.kubernetes.gateway import Gateway
from experiments.kubernetes.route_injection import inject
from experiments.kubernetes.routes import FaultKind

CLUSTER = "test"
WAITS = "nothing starts until it does"
ABORT = {"httpStatus": 500, "percentage": {"value": 50}}


@pytest.fixture
def deployment(tmp_path: Path, shop: Shop) -> Iterator[Production]:
    with production(tmp_path) as started:
        (tmp_path / "policy.yaml").write_text(f"version: 1\nnamespaces: [{shop.namespace}]\n")
        yield started


def test_a_fault_goes_when_it_expires_although_redis_and_its_worker_are_gone(
    deployment: Production, shop: Shop
) -> None:
    before = shop.virtual_service()["spec"]
    first = _worker(deployment, shop)
    eventually(lambda: _ready(deployment), within=60, what=deployment.logs())
    expires = SystemClock().now() + timedelta(seconds=25)
    deployment.redis.pause()  # so that nobody can say that this run is not known
    _put_in(shop, expires)
    first.kill_all()
    deployment.redis.resume()
    deployment.redis.stop()

    second = _worker(deployment, shop)
    eventually(lambda: WAITS in second.log.read_text(), within=20, what=deployment.logs())
    assert shop.marks() == {"run-1"}
    eventually(lambda: not shop.marks(), within=40, what=f"the undo\n{deployment.logs()}")
    assert SystemClock().now() >= expires
    assert shop.virtual_service()["spec"] == before
    assert deployment.health("worker-a", "live") == (0, "")
    assert not _ready(deployment)

    deployment.redis.start()
    eventually(lambda: _ready(deployment), within=60, what=deployment.logs())
    assert second.stop() == 0


def test_a_worker_that_sweeps_and_waits_ends_when_it_is_told_to(deployment: Production, shop: Shop) -> None:
    deployment.redis.stop()
    _put_in(shop, SystemClock().now())
    worker = _worker(deployment, shop)
    eventually(lambda: not shop.marks(), within=30, what=deployment.logs())
    assert worker.stop(within=10) == 0
    assert "Traceback" not in worker.log.read_text()
    deployment.redis.start()


def _worker(deployment: Production, shop: Shop) -> Process:
    return deployment.start("worker", "worker-a", KUBECONFIG=str(shop.kubeconfig), COWBANE_CLUSTER=CLUSTER)


def _put_in(shop: Shop, expires: datetime) -> None:
    """The fault of a run that nobody can undo any more, as the library puts it in."""
    identity = RunIdentity(run="run-1", epoch=1, queue="a", cluster=CLUSTER, expires=expires)
    faults = Faults(identity=identity, log=Log(), clock=SystemClock(), stop=Stop())
    gateway = Gateway.connect(shop.kubeconfig, namespaces=(shop.namespace,))
    inject(shop.virtual_service(), [0], FaultKind.ABORT, ABORT, ISTIO, gateway, faults.at("method-0"))


def _ready(deployment: Production) -> bool:
    return deployment.health("worker-a", "ready")[0] == 0
