"""A file can do only what the machine's own policy allows."""

from __future__ import annotations

from typing import Any

import pytest

from experiments.model import (
    Activity,
    ActivityKind,
    Control,
    Experiment,
    HttpProvider,
    Hypothesis,
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
        ({"unverified_tls": "yes"}, "unverified_tls: expected true or false"),
        ({"any_address": True}, "unknown key 'any_address'"),
        ({"shell_words": True}, "unknown key 'shell_words'"),
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
    lists = ("controls", "variables", "environment", "vault_hosts")
    assert Policy.read({**{key: ["x"] for key in lists}, "unverified_tls": True}) == Policy(
        controls=("x",), variables=("x",), environment=("x",), vault_hosts=("x",), unverified_tls=True
    )


def declaring(**changes: Any) -> Experiment:
    return Experiment(**{"title": "t", "description": "d", "hypothesis": None, "method": (), **changes})


def probing(module: str) -> dict[str, Json]:
    return {"type": "probe", "name": "it", "provider": {"type": "python", "module": module, "func": "f"}}


SHOP = Policy(
    modules=("shop",), controls=("shop.controls",), variables=("SHOP_*",), vault_hosts=("vault.example",)
)
CONTROL = Control(name="it", provider=PythonProvider(module="shop.controls", func=""))
FOREIGN_CONTROL = Control(name="it", provider=PythonProvider(module="shop", func=""))


@pytest.mark.parametrize(
    ("changes", "allowed"),
    [
        ({"configuration": {"it": probing("shop")}}, True),
        ({"configuration": {"it": probing("os")}}, False),
        ({"configuration": {"it": {"type": "env", "key": "SHOP_URL"}}}, True),
        ({"configuration": {"it": {"type": "env", "key": "HOME"}}}, False),
        ({"configuration": {"it": {"deep": {"type": "env", "key": "HOME"}}}}, True),  # a value as it stands
        ({"configuration": {"it": "os"}}, True),
        ({"controls": (CONTROL,)}, True),
        ({"controls": (FOREIGN_CONTROL,)}, False),
        ({"hypothesis": Hypothesis(title="h", probes=(), controls=(FOREIGN_CONTROL,))}, False),
        ({"secrets": {"it": "said"}}, True),
        ({"secrets": {"g": {"it": {"type": "env", "key": "SHOP_TOKEN"}}}}, True),
        ({"secrets": {"g": {"it": {"type": "env", "key": "TOKEN"}}}}, False),
        ({"secrets": {"g": {"it": {"type": "file", "path": "shop/token"}}}}, True),
        ({"secrets": {"g": {"it": {"type": "file", "path": "/shop/token"}}}}, False),
        ({"secrets": {"g": {"it": {"type": "file", "path": "shop/../../token"}}}}, False),
        ({"secrets": {"g": {"it": {"type": "vault", "path": "shop"}}}}, True),
        (
            {
                "secrets": {"g": {"it": {"type": "vault", "path": "shop"}}},
                "configuration": {"vault_addr": "https://vault.example:8200"},
            },
            True,
        ),
        (
            {
                "secrets": {"g": {"it": {"type": "vault", "path": "shop"}}},
                "configuration": {"vault_addr": "https://vault.example@evil.example/"},
            },
            False,
        ),
        ({"secrets": {"KUBERNETES_HOST": "http://evil.example"}}, False),
        ({"secrets": {"g": {"KUBERNETES_CONTEXT": "prod"}}}, False),
    ],
)
def test_controls_values_and_secrets_are_judged_wherever_they_stand(
    changes: dict[str, Any], allowed: bool
) -> None:
    assert (SHOP.violations(declaring(**changes)) == []) is allowed
    assert Policy.laptop().violations(declaring(**changes)) == []


def test_a_control_of_an_activity_is_judged_with_it() -> None:
    activity = Activity(kind=ActivityKind.PROBE, name="ask", provider=OURS, controls=(FOREIGN_CONTROL,))
    (refused,) = Policy().violations(declaring(method=(activity,)))
    assert refused.startswith("ask: control it: the policy of this worker does not allow")


def test_what_a_worker_reads_of_its_environment_by_default_is_what_the_catalog_asks_for() -> None:
    read = [name for name in ("CHAOS_HOST", "INGRESS_HOST", "NODE_LABEL") if Policy().allows_variable(name)]
    secret = [
        "COWBANE_REDIS_PASSWORD",
        "AWS_SECRET_ACCESS_KEY",
        "VAULT_TOKEN",
        "KUBERNETES_SERVICE_HOST",
        "PATH",
    ]
    assert read == ["CHAOS_HOST", "INGRESS_HOST", "NODE_LABEL"]
    assert not any(map(Policy().allows_variable, secret))
    assert all(map(Policy.laptop().allows_variable, secret))


@pytest.mark.parametrize(
    ("pattern", "path", "allowed"),
    [
        ("/opt/shop/check", "/opt/shop/check", True),
        ("/opt/shop/*", "/opt/shop/check", True),
        ("/opt/*/check", "/opt/shop/check", True),
        ("/opt/shop/*", "/opt/shop/deep/check", False),
        ("/opt/shop/*", "/opt/shop/../bin/sh", False),
        ("/opt/shop/*", "/opt/shop/.", False),
        ("/opt/shop/*", "/opt/shop/", False),
        ("/opt/shop/check", "/opt//shop/check", False),
        ("*", "sh", False),
        ("*", "/bin/sh", False),
        ("sh", "sh", False),
    ],
)
def test_a_worker_starts_programs_by_a_plain_absolute_path(pattern: str, path: str, allowed: bool) -> None:
    assert Policy(executables=(pattern,)).allows_executable(path) is allowed
    assert Policy.laptop().allows_executable(path)


PRIVATE = ["10.0.0.1", "172.16.5.4", "192.168.1.1", "100.64.0.1", "fd00::1"]
PUBLIC = ["93.184.216.34", "2606:2800:220:1::1"]
GUARDED = [
    "127.0.0.1",
    "127.8.8.8",
    "::1",
    "0.0.0.0",
    "0.1.2.3",
    "::",
    "169.254.169.254",
    "fe80::1",
    "fe80::1%eth0",
    "fd00:ec2::254",
    "100.100.100.200",
    "168.63.129.16",
    "224.0.0.1",
    "ff02::1",
    "255.255.255.255",
    "::ffff:127.0.0.1",
    "::127.0.0.1",
    "64:ff9b::169.254.169.254",
    "2002:7f00:1::",
    "2852039166",
    "0x7f000001",
    "no address",
]


@pytest.mark.parametrize("address", [*PRIVATE, *PUBLIC])
def test_a_listed_name_may_lead_to_a_service_inside_or_outside(address: str) -> None:
    assert Policy(http_hosts=("*.shop.svc",)).allows_address(address)


@pytest.mark.parametrize("address", GUARDED)
def test_no_name_leads_to_this_machine_or_its_neighbours(address: str) -> None:
    assert not Policy(http_hosts=("*", "*.shop.svc", "localhost")).allows_address(address)
    assert Policy.laptop().allows_address(address)


@pytest.mark.parametrize(
    ("listed", "url", "allowed"),
    [
        ("127.0.0.1", "http://127.0.0.1:8080/", True),
        ("127.0.0.1", "http://127.0.0.2:8080/", False),
        ("127.*", "http://127.0.0.1/", False),
        ("*", "http://127.0.0.1/", False),
        ("*", "http://2130706433/", False),
        ("*", "http://[::ffff:7f00:1]/", False),
        ("::1", "http://[::1]/", True),
        ("10.*", "http://10.1.2.3/", True),
        ("*.shop.svc", "http://app.shop.svc:8080/health", True),
        ("*.shop.svc", "http://kubernetes.default.svc/", False),
        ("shop.example", "HTTP://SHOP.example/", True),
        ("shop.example", "ftp://shop.example/", False),
    ],
)
def test_an_address_is_reached_only_where_it_is_listed_itself(listed: str, url: str, allowed: bool) -> None:
    assert Policy(http_hosts=(listed,)).allows_url(url) is allowed


def test_a_certificate_that_nobody_looks_at_needs_leave() -> None:
    asking = experiment(HttpProvider(url="https://shop.example/", verify_tls=False))
    (refused,) = Policy(http_hosts=("shop.example",)).violations(asking)
    assert "verify_tls" in refused
    assert Policy(http_hosts=("shop.example",), unverified_tls=True).violations(asking) == []


def test_a_program_s_arguments_as_one_text_are_for_a_laptop() -> None:
    check = ProcessProvider(path="/opt/check", arguments="-c id")
    (refused,) = Policy(executables=("/opt/check",)).violations(experiment(check))
    assert "write a list" in refused
    assert Policy.laptop().violations(experiment(check)) == []


def test_what_hides_in_the_tolerance_of_a_tolerance_is_judged_too() -> None:
    hidden: Json = {**probing("cowbane.x"), "tolerance": probing("os")}
    assert "module 'os'" in Policy().violations(experiment(OURS, hidden))[0]
