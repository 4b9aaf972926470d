"""A real worker whose account can do too much ends at once; one whose API server is away waits for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e.system import Process, System, deployed
from reviewing_server import ReviewingServer
from waiting import eventually

from experiments.kubernetes.grants import Grant

LIST = Grant("", "pods", "list")
RIGHTS = "shop: [{ apiGroups: [''], resources: [pods], verbs: [list] }]\n"


@pytest.fixture
def server() -> Iterator[ReviewingServer]:
    with ReviewingServer() as server:
        yield server


@pytest.fixture
def system(tmp_path: Path) -> Iterator[System]:
    (tmp_path / "rights.yaml").write_text(RIGHTS)
    with deployed(tmp_path, tmp_path) as system:
        yield system


def worker(system: System, server: ReviewingServer, *queues: str) -> Process:
    words = ("-Q", ",".join(queues), "--concurrency", "1", "--without-gossip", "--without-mingle")
    environment = {
        "KUBECONFIG": str(server.kubeconfig(system.folder)),
        "COWBANE_RIGHTS_FILE": str(system.folder / "rights.yaml"),
    }
    return system._start("worker", "worker", *words, environment=environment)


def test_a_worker_whose_account_can_do_too_much_ends_in_one_line(
    system: System, server: ReviewingServer
) -> None:
    server.held = frozenset({LIST, Grant("", "secrets", "get")})
    process = worker(system, server, "shop")
    assert process.popen.wait(30) == 1
    log = process.log.read_text()
    (said,) = [line for line in log.splitlines() if line.startswith("cowbane: ")]
    assert said.startswith("cowbane: account system:serviceaccount:home:w can do what leads to more")
    assert " ready." not in log


def test_a_worker_whose_account_lacks_a_right_says_so_once_and_works(
    system: System, server: ReviewingServer
) -> None:
    process = worker(system, server, "shop")
    eventually(lambda: " ready." in process.log.read_text(), within=30)
    assert process.log.read_text().count("lacks what its queue needs: in shop: list pods") == 1
    assert process.stop() == 0


def test_a_worker_consumes_nothing_until_the_api_server_answers(
    system: System, server: ReviewingServer
) -> None:
    server.held, server.away = frozenset({LIST}), [503] * 10_000
    process = worker(system, server, "shop")
    eventually(lambda: len(server.asked) >= 2, within=30)
    assert process.log.read_text().count("this worker takes no run until it does") == 1
    assert " ready." not in process.log.read_text()
    server.away = []
    eventually(lambda: " ready." in process.log.read_text(), within=30)
    assert process.stop() == 0


def test_a_worker_that_waits_for_the_api_server_ends_when_it_is_told_to(
    system: System, server: ReviewingServer
) -> None:
    server.away = [503] * 10_000
    process = worker(system, server, "shop")
    eventually(lambda: server.asked, within=30)
    assert process.stop(within=10) == 0


def test_the_notifier_has_no_account_to_look_at(system: System, server: ReviewingServer) -> None:
    server.away = [503] * 10_000
    process = worker(system, server, "cowbane-notify")
    eventually(lambda: " ready." in process.log.read_text(), within=30)
    assert server.asked == []
    assert process.stop() == 0
