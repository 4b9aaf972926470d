"""The names that files use lead to functions of ours, and to nothing else."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

from experiments.format.library import Signature
from experiments.library import OurLibrary, owns, resolve

OURS = [
    ("chaosk8s.pod.actions", "terminate_pods"),
    ("chaosk8s.pod.probes", "count_pods"),
    ("chaosk8s.pod.probes", "pods_in_phase"),
    ("chaosk8s.pod.probes", "pods_in_conditions"),
    ("chaosk8s.probes", "all_microservices_healthy"),
    ("chaosistio.fault.actions", "add_abort_fault"),
    ("chaosistio.fault.actions", "remove_abort_fault"),
    ("chaosistio.fault.actions", "add_delay_fault"),
    ("chaosistio.fault.actions", "remove_delay_fault"),
    ("cowbane.istio.actions", "abort_random_virtual_service"),
    ("cowbane.istio.actions", "delay_random_virtual_service"),
]


@pytest.mark.parametrize(("module", "func"), OURS)
def test_a_name_of_a_file_leads_to_a_function_of_ours(module: str, func: str) -> None:
    function = resolve(module, func)
    assert function is not None
    assert function.__module__.startswith("experiments.")
    assert (inspect.getdoc(function) or "").strip()
    signature = (OurLibrary().activities(module) or {})[func]
    assert signature.available
    assert "ns" in signature.arguments
    assert not {"cluster", "faults", "draw", "stop", "clock"} & set(signature.arguments)


@pytest.mark.parametrize(
    ("module", "func"),
    [
        ("chaosk8s.pod.actions", "exec_in_pods"),
        ("chaosk8s.pod.actions", "_select"),
        ("chaosk8s.pod.actions", "Gateway"),
        ("experiments.kubernetes.pods", "terminate_pods"),
        ("os", "system"),
        ("", ""),
    ],
)
def test_no_other_name_leads_anywhere(module: str, func: str) -> None:
    assert resolve(module, func) is None


def test_required_arguments_are_those_without_a_default() -> None:
    signature = (OurLibrary().activities("chaosistio.fault.actions") or {})["add_abort_fault"]
    assert signature.required == {"virtual_service_name", "http_status", "routes"}


def test_what_is_known_by_name_only_says_so() -> None:
    activities = OurLibrary().activities("chaosk8s.deployment.actions") or {}
    assert activities["scale_deployment"] == Signature.named("name replicas ns?", available=False)


def test_no_function_is_both_ours_and_missing() -> None:
    for module, func in OURS:
        assert func in (OurLibrary().activities(module) or {})
    available = {
        (module, func)
        for module in OurLibrary().modules()
        for func, signature in (OurLibrary().activities(module) or {}).items()
        if signature.available
    }
    assert available == set(OURS)


def test_our_names_are_ours_even_where_nothing_stands_behind_them() -> None:
    assert owns("chaosk8s.nothing")
    assert owns("cowbane")
    assert not owns("chaosk8sx.pod")
    assert OurLibrary().activities("chaosk8s.nothing") is None


def test_asking_for_signatures_does_not_load_the_kubernetes_client() -> None:
    program = (
        "import sys; from experiments.library import OurLibrary as L; "
        "[L().activities(each) for each in L().modules()]; sys.exit('kubernetes' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], timeout=30).returncode == 0
