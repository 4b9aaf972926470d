"""rediss:// with a CA of one's own: the ledger and Celery speak TLS, and trust nobody else.

The bundled server has no TLS, so that a proxy takes it off in front of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e.production import Production, production
from tls_front import Certificates, TlsFront
from waiting import eventually

from workers.ledger.protocol import LedgerUnavailable
from workers.ledger.redis import RedisLedger
from workers.ledger.redis.address import composed


@pytest.fixture
def certificates(tmp_path: Path) -> Certificates:
    return Certificates.made(tmp_path / "certificates")


@pytest.fixture
def deployment(tmp_path: Path) -> Iterator[Production]:
    with production(tmp_path) as started:
        yield started


def _ledger(deployment: Production, port: int, ca_file: Path | None) -> RedisLedger:
    password = deployment.redis.password_file("beat").read_text().strip()
    url = composed(f"rediss://127.0.0.1:{port}/0", username="beat", password=password, ca_file=ca_file)
    return RedisLedger.connect(url, deployment.redis.deployment)


def test_every_process_works_over_tls_with_the_ca_file(
    deployment: Production, certificates: Certificates
) -> None:
    with TlsFront(certificates, deployment.redis.port) as front:
        over_tls = {
            "COWBANE_REDIS_URL": f"rediss://127.0.0.1:{front.port}/0",
            "COWBANE_REDIS_CA_FILE": str(certificates.ca),
        }
        notifier = deployment.start("notifier", "notifier", **over_tls)
        worker = deployment.start("worker", "worker-a", **over_tls)
        deployment.start("beat", "beat", **over_tls)
        eventually(lambda: len(deployment.ended()) >= 2, within=40, what=f"runs\n{deployment.logs()}")
        eventually(lambda: "event=run-passed" in notifier.log.read_text(), what="a message")
        assert f"rediss://worker-a:**@127.0.0.1:{front.port}" in worker.log.read_text()
        for process in reversed(deployment.processes):
            process.stop()
    assert "secret-of" not in deployment.logs()


def test_the_ledger_trusts_only_the_ca_and_the_name(
    deployment: Production, certificates: Certificates, tmp_path: Path
) -> None:
    stranger = Certificates.made(tmp_path / "stranger")
    elsewhere = Certificates.made(tmp_path / "elsewhere", "DNS:redis.elsewhere")
    behind = deployment.redis.port
    with TlsFront(certificates, behind) as front, TlsFront(elsewhere, behind) as far:
        trusted = _ledger(deployment, front.port, certificates.ca)
        assert trusted.now() > 0
        trusted.close_connections()
        for port, ca_file in ((front.port, stranger.ca), (front.port, None), (far.port, elsewhere.ca)):
            with pytest.raises(LedgerUnavailable, match="certificate verify failed") as refused:
                _ledger(deployment, port, ca_file).now()
            assert "secret-of" not in str(refused.value)


def test_celery_trusts_only_the_ca(
    deployment: Production, certificates: Certificates, tmp_path: Path
) -> None:
    stranger = Certificates.made(tmp_path / "stranger")
    with TlsFront(certificates, deployment.redis.port) as front:
        worker = deployment.start(
            "worker",
            "worker-a",
            COWBANE_PRODUCTION="0",  # there the ledger would wait first
            COWBANE_REDIS_URL=f"rediss://127.0.0.1:{front.port}/0",
            COWBANE_REDIS_CA_FILE=str(stranger.ca),
        )
        eventually(
            lambda: "consumer: Cannot connect to rediss://worker-a:**@" in worker.log.read_text(),
            within=30,
            what=worker.log.read_text(),
        )
        assert "certificate verify failed" in worker.log.read_text()
        worker.stop()
    assert "secret-of" not in worker.log.read_text()
