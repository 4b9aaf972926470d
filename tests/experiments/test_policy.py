"""A file can do only what the machine's own policy allows."""

from __future__ import annotations

import pytest

from experiments.model import (
    Activity,
    ActivityKind,
    Experiment,
    HttpProvider,
    Json,
    ProcessProvider,
    Provider,
    PythonProvider,
)
from experiments.policy import Policy


def experiment(provider: Provider, tolerance: Json = None) -> Experiment:
    activity = Activity(kind=ActivityKind.PROBE, name="it", provider=provider, tolerance=tolerance)
    return Experiment(title="t", description="d", hypothesis=None, method=(), rollbacks=(activity,))


OURS = PythonProvider(module="chaosk8s.pod.actions", func="terminate_pods", arguments={"ns": "shop"})
FOREIGN = PythonProvider(module="os", func="system", arguments={"command": "true"})
HTTP = HttpProvider(url="http://user:word@shop.example:8080/health")
PROCESS = ProcessProvider(path="kubectl")


@pytest.mark.parametrize(
    ("policy", "provider", "allowed"),
    [
        (Policy(), OURS, True),
        (Policy(), FOREIGN, False),
        (Policy(), HTTP, False),
        (Policy(), PROCESS, False),
        (Policy(namespaces=("shop",)), OURS, True),
        (Policy(namespaces=("sho?",)), OURS, True),
        (Policy(namespaces=("bank",)), OURS, False),
        (Policy(namespaces=()), OURS, False),
        (Policy(modules=("os",)), FOREIGN, True),
        (Policy(modules=("os.*",)), FOREIGN, False),
        (Policy(http_hosts=("*.example",)), HTTP, True),
        (Policy(http_hosts=("user",)), HTTP, False),
        (Policy(executables=("kubectl", "*")), PROCESS, False),
        (Policy(executables=("/usr/bin/*",)), PROCESS, False),
        (Policy(executables=("/usr/bin/*",)), ProcessProvider(path="/usr/bin/kubectl"), True),
        *((Policy.laptop(), each, True) for each in (OURS, FOREIGN, HTTP, PROCESS)),
    ],
)
def test_the_parsed_tree_is_judged_rollbacks_included(
    policy: Policy, provider: Provider, allowed: bool
) -> None:
    assert (policy.violations(experiment(provider)) == []) is allowed


def test_a_violation_names_the_activity_and_what_is_allowed() -> None:
    assert Policy().violations(experiment(FOREIGN)) == [
        "it: the policy of this worker does not allow the module 'os'; "
        "it allows chaosk8s.*, chaosistio.*, cowbane.*"
    ]


def test_the_probe_inside_a_tolerance_is_judged_too() -> None:
    tolerance: Json = {"type": "probe", "provider": {"type": "python", "module": "os", "func": "system"}}
    assert "module 'os'" in Policy().violations(experiment(OURS, tolerance))[0]
    assert "cannot be judged" in Policy().violations(experiment(OURS, {"type": "probe"}))[0]


def test_text_to_substitute_is_left_to_the_moment_it_runs() -> None:
    later = HttpProvider(url="http://${host}/")
    assert Policy().violations(experiment(later)) == []
    assert not Policy().allows_url("http://shop.example/")


@pytest.mark.parametrize("url", ["http://[::1/", "http://[", "http:", "//"])
def test_a_url_without_a_readable_host_goes_nowhere(url: str) -> None:
    (refused,) = Policy.laptop().violations(experiment(HttpProvider(url=url)))
    assert "does not allow the HTTP host" in refused or "expected a URL" in refused


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (["shop"], "expected a mapping"),
        ({"namespaces": "shop"}, "namespaces: expected a list of patterns, got 'shop'"),
        ({"namespace": ["shop"]}, "did you mean 'namespaces'"),
        ({"version": 2}, "version: expected 1"),
        ({"modules": None}, "write [] to allow none"),
        ({"executables": [1]}, "executables: expected a list"),
    ],
)
def test_a_policy_that_cannot_be_read_allows_nothing(data: object, problem: str) -> None:
    read = Policy.read(data)
    assert isinstance(read, list)
    assert problem in read[0]


def test_a_policy_file_keeps_the_defaults_it_does_not_name() -> None:
    assert Policy.read({}) == Policy()
    assert Policy.read({"version": 1, "namespaces": ["shop"], "http_hosts": ["shop.*"]}) == Policy(
        namespaces=("shop",), http_hosts=("shop.*",)
    )
