"""Which namespaces an experiment acts in is known before it runs, also where the file is silent."""

from __future__ import annotations

import pytest

from experiments.model import Json
from workers.guards.namespaces import named_namespaces

PODS: dict[str, Json] = {"module": "chaosk8s.pod.actions", "func": "terminate_pods"}
HEALTHY: dict[str, Json] = {"module": "chaosk8s.probes", "func": "all_microservices_healthy", "arguments": {}}


@pytest.mark.parametrize(
    ("provider", "places"),
    [
        (PODS, {("provider",): "default"}),
        (HEALTHY, {("provider",): "default"}),
        ({**PODS, "arguments": {"ns": "a"}}, {("provider", "arguments", "ns"): "a"}),
        ({**PODS, "arguments": {"ns": ""}}, {("provider", "arguments", "ns"): ""}),
        ({**PODS, "func": "nothing"}, {}),
        ({"module": "shop.chaos", "func": "kill"}, {}),
        (
            {"module": "shop.chaos", "func": "kill", "arguments": {"namespace": "b"}},
            {("provider", "arguments", "namespace"): "b"},
        ),
        ({}, {}),
    ],
    ids=str,
)
def test_an_activity_of_ours_that_names_no_namespace_acts_in_its_default(
    provider: dict[str, Json], places: dict[tuple[str, ...], str]
) -> None:
    named = named_namespaces({"method": [{"provider": {"type": "python", **provider}}]}, {})
    assert {each.place[2:]: each.namespace for each in named} == places


def test_the_probe_of_a_tolerance_counts_too() -> None:
    tolerance: Json = {"type": "probe", "provider": {"type": "python", **HEALTHY}}
    probe: Json = {"tolerance": tolerance, "provider": {"type": "http", "url": "http://shop"}}
    (named,) = named_namespaces({"steady-state-hypothesis": {"probes": [probe]}}, {})
    assert named.place == ("steady-state-hypothesis", "probes", 0, "tolerance", "provider")
