"""The sweep finds what is marked, and says once what it cannot read."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from experiments.faults.intent import INJECTED_LABEL
from experiments.kubernetes.gateway import Gateway
from experiments.kubernetes.grants import Grant
from experiments.rehearsal.cluster import SimulatedCluster
from workers.recovery.marks import MarkFinder

SPOILT = {
    "apiVersion": "networking.istio.io/v1",
    "kind": "VirtualService",
    "metadata": {
        "name": "web",
        "namespace": "default",
        "labels": {INJECTED_LABEL: "true"},
        "annotations": {"cowbane.dev/fault-0": "not a mark"},
    },
    "spec": {"hosts": ["web"], "http": [{"route": [{"destination": {"host": "web"}}]}]},
}


def test_a_mark_that_cannot_be_read_is_left_alone_and_said_once(caplog: pytest.LogCaptureFixture) -> None:
    with SimulatedCluster() as cluster:
        cluster.apply([SPOILT], "kubectl")
        finder = MarkFinder(Gateway.connect(kubeconfig=cluster.kubeconfig), ("default",))
        with caplog.at_level(logging.WARNING):
            assert [list(finder.find()) for _ in range(3)] == [[], [], []]
    assert len(caplog.messages) == 1
    assert "fault-0" in caplog.messages[0]


def test_marks_of_a_kind_that_the_account_may_not_list_are_not_looked_for(
    caplog: pytest.LogCaptureFixture,
) -> None:
    may = frozenset({Grant("networking.istio.io", "virtualservices", "list")})
    with SimulatedCluster() as cluster:
        cluster.apply([SPOILT], "kubectl")
        for rights, said in (({"default": frozenset[Grant]()}, 0), ({}, 0), ({"default": may}, 1)):
            caplog.clear()
            finder = MarkFinder(Gateway.connect(kubeconfig=cluster.kubeconfig), ("default",), rights)
            assert list(finder.find()) == []
            assert len(caplog.messages) == said


def test_an_api_server_that_is_away_has_nothing_to_show_and_is_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with SimulatedCluster(kubeconfig=tmp_path / "kubeconfig") as cluster:
        gateway = Gateway.connect(kubeconfig=cluster.kubeconfig)
    gateway.wait = lambda _: None
    finder = MarkFinder(gateway, ("default",))
    with caplog.at_level(logging.WARNING):
        assert list(finder.find()) == list(finder.find()) == []
    assert [message for message in caplog.messages if message.startswith("marks cannot be looked for")] == [
        caplog.messages[0]
    ]
