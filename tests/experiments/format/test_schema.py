"""The schema for editors: what runs fits, what is broken does not, its keys are those of the reader."""

from __future__ import annotations

import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from json_schema import objections

from experiments.catalog import catalog
from experiments.discovery.ours import ours
from experiments.format.document import Document
from experiments.format.reader import read_experiment
from experiments.format.schema import Completion, experiment_schema
from experiments.model import Json
from scheduler.cli.schema import File, schema_of

SCHEMA = schema_of(File.EXPERIMENT)
SHOP = Path(__file__).parents[3] / "deploy" / "examples" / "shop"

#: Every key of the format at once.
WHOLE = """
title: All of it
description: Each key once
tags: [a, b]
version: 1.0.0
x-owner: me
configuration:
  host: example.com
  port: { type: env, key: PORT, default: 80, env_var_type: int }
  pods: { type: probe, name: pods, provider: { type: process, path: kubectl, arguments: [get, pods] } }
  other: { type: something, of: mine }
secrets:
  group:
    token: { type: env, key: TOKEN }
    deeper: { inline: value, vault: { type: vault, path: secret/x, key: k } }
    file: { type: file, path: token }
contributions: { reliability: high, security: none }
extensions: [{ name: mine, anything: [1] }]
dry: pause
controls:
  - { name: tracing, provider: { type: python, module: my.control, arguments: { a: 1 } }, automatic: false }
runtime:
  deadline: 10m
  hypothesis:
    { strategy: continuously, frequency: 500ms, fail_fast: 20, recovered: { timeout: 2m, every: 1s } }
  rollbacks: { strategy: always }
steady-state-hypothesis:
  title: It answers
  controls: [{ ref: tracing }]
  probes:
    - type: probe
      name: answers
      tolerance: [200, 299]
      until: { timeout: 30s, every: 1.5 }
      provider:
        type: http
        url: "http://${host}:${port}"
        method: GET
        headers: { Authorization: "Bearer ${token}" }
        timeout: [1, "${wait}"]
        verify_tls: false
        max_retries: 3
    - { ref: answers, tolerance: 200 }
    - type: probe
      name: text
      tolerance: { type: regex, pattern: ^a, target: stdout }
      provider: { type: process, path: echo, arguments: a b, timeout: 3 }
    - type: probe
      name: number
      tolerance: { type: range, range: [1, 2.5], target: body }
      provider: { type: python, module: my.probes, func: number, secrets: [group] }
    - type: probe
      name: path
      tolerance: { type: jsonpath, path: "$.a", expect: [1], count: 1, target: body }
      provider: { type: python, module: my.probes, func: number, arguments: null }
    - type: probe
      name: judged
      tolerance:
        type: probe
        name: judge
        provider: { type: python, module: my.tolerances, func: judge, arguments: { least: 1 } }
      provider: { type: python, module: chaosk8s.pod.probes, func: count_pods, arguments: { ns: "${ns}" } }
method:
  - type: action
    name: kill
    background: true
    save_as: killed
    timeout: 30
    dry: actions
    pauses: { before: 1, after: "${pause}" }
    controls: [{ name: mine, scope: before, provider: { type: python, module: my.control } }]
    provider:
      type: python
      module: chaosk8s.pod.actions
      func: terminate_pods
      arguments: { label_selector: "app=${name}", qty: "${qty}", rand: true }
rollbacks:
"""
#: As people write them for Chaos Toolkit.
TOOLKIT = [
    """
version: 1.0.0
title: What is the impact of an expired certificate on our application chain?
description: If a certificate expires, we should gracefully deal with the issue.
tags: [tls]
steady-state-hypothesis:
  title: Application responds
  probes:
    - type: probe
      name: the-astre-service-must-be-running
      tolerance: true
      provider: { type: python, module: os.path, func: exists, arguments: { path: astre.pid } }
    - type: probe
      name: we-can-request-sunset
      tolerance: 200
      provider: { type: http, timeout: 3, verify_tls: false, url: "https://localhost:8443/city/Paris" }
method:
  - type: action
    name: swap-to-expired-cert
    provider: { type: process, path: cp, arguments: expired-cert.pem cert.pem }
  - type: action
    name: read-tls-cert-expiry-date
    pauses: { after: 1 }
    provider: { type: process, path: openssl }
  - { ref: we-can-request-sunset }
rollbacks:
  - type: action
    name: swap-to-valid-cert
    provider: { type: process, path: cp, arguments: { valid-cert.pem: cert.pem } }
""",
    """
title: Secrets and configuration
description: n/a
configuration: { name: { type: env, key: CHAOS_NAME }, my_token: abc }
secrets: { kubernetes: { KUBERNETES_CONTEXT: { type: env, key: CTX }, other: plain } }
method: []
controls: [{ name: tracing, provider: { type: python, module: chaostracing.control } }]
extensions: [{ name: vendor, data: { a: b } }]
""",
]


def given(text: str = WHOLE) -> Any:
    return yaml.safe_load(text)


def files() -> list[Path]:
    return [*(Path(str(each)) for each in catalog().values()), *SHOP.glob("experiments/*.yaml")]


@pytest.mark.parametrize("path", files(), ids=lambda path: path.name)
def test_the_files_that_come_along_fit(path: Path) -> None:
    assert objections(SCHEMA, yaml.safe_load(path.read_text())) == []


@pytest.mark.parametrize("text", [WHOLE, *TOOLKIT])
def test_what_the_format_allows_fits(text: str) -> None:
    assert objections(SCHEMA, given(text)) == []


PROBE = ("steady-state-hypothesis", "probes", 0)
KILL = ("method", 0)
ARGUMENTS = (*KILL, "provider", "arguments")


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (("title",), None, "$.title: type"),
        (("title",), " ", "$.title: pattern"),
        (("method",), None, "$.method: type"),
        (("methods",), [], "$.methods: nothing fits"),
        (("tags",), [1], "$.tags[0]: type"),
        (("dry",), "all", "$.dry: enum"),
        (("contributions", "a"), "much", "$.contributions.a: enum"),
        (("extensions",), [{}], "$.extensions[0]: required name"),
        (("configuration", "port"), {"type": "env"}, "$.configuration.port: required key"),
        (
            ("configuration", "port", "env_var_type"),
            "number2",
            "$.configuration.port.env_var_type: enum",
        ),
        (("secrets", "group", "token"), {"type": "env"}, "$.secrets.group.token: required key"),
        (("secrets", "group", "file", "key"), "x", "$.secrets.group.file.key: nothing fits"),
        (("secrets", "group", "deeper", "vault"), {"type": "vault"}, "deeper.vault: required path"),
        (("runtime", "deadline"), "10 minutes", "$.runtime.deadline: anyOf"),
        (("runtime", "rollbacks", "strategy"), "sometimes", "$.runtime.rollbacks.strategy: enum"),
        (("runtime", "hypothesis", "strategy"), "continously", "strategy: enum"),
        (("runtime", "hypothesis", "fail_fast"), 101, "fail_fast: anyOf"),
        (("runtime", "hypothesis", "recovered"), {}, "recovered: anyOf"),
        (("steady-state-hypothesis", "title"), 3, "$.steady-state-hypothesis.title: type"),
        ((*PROBE, "tolerance"), None, "probes[0].tolerance: type"),
        ((*PROBE, "tolerance"), {"type": "regexp"}, "probes[0].tolerance.type: enum"),
        ((*PROBE, "tolerance"), {"type": "regex"}, "tolerance: required pattern"),
        ((*PROBE, "tolerance"), {"type": "range", "range": [1]}, "tolerance.range: minItems"),
        ((*PROBE, "tolerance"), {"type": "jsonpath", "path": "$", "count": "1"}, "tolerance.count: type"),
        ((*PROBE, "tolerance"), {"type": "probe", "name": "x"}, "tolerance: required provider"),
        ((*PROBE, "until"), {"timeout": 0}, "until.timeout: anyOf"),
        ((*PROBE, "provider", "urls"), "x", "provider.urls: nothing fits"),
        ((*PROBE, "provider", "timeout"), [1], "provider.timeout: anyOf"),
        ((*PROBE, "provider", "max_retries"), -1, "provider.max_retries: minimum"),
        ((*PROBE, "provider", "type"), "htp", "provider.type: enum"),
        ((*KILL, "type"), "act", "$.method[0].type: enum"),
        ((*KILL, "save_as"), "a-b", "$.method[0].save_as: pattern"),
        ((*KILL, "timeout"), "30s", "$.method[0].timeout: anyOf"),
        ((*KILL, "pauses", "after"), -1, "$.method[0].pauses.after: anyOf"),
        ((*KILL, "controls", 0, "scope"), "post", "$.method[0].controls[0].scope: enum"),
        ((*KILL, "provider"), {"type": "process"}, "$.method[0].provider: required path"),
        ((*KILL, "provider", "func"), "terminate_pod", "$.method[0].provider.func: enum"),
        ((*ARGUMENTS, "qty"), "three", "$.method[0].provider.arguments.qty: anyOf"),
        ((*ARGUMENTS, "ns"), 3, "$.method[0].provider.arguments.ns: type"),
        ((*ARGUMENTS, "selector"), "x", "$.method[0].provider.arguments.selector: nothing fits"),
    ],
)
def test_what_is_broken_does_not_fit(place: tuple[str | int, ...], value: Json, said: str) -> None:
    broken = given()
    inner = broken
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    assert any(each.endswith(said) for each in objections(SCHEMA, broken)), objections(SCHEMA, broken)


@pytest.mark.parametrize(
    ("place", "key"),
    [
        ((), "title"),
        ((), "description"),
        ((), "method"),
        (KILL, "provider"),
        (KILL, "name"),
        (KILL, "type"),
        (PROBE, "tolerance"),
    ],
)
def test_what_is_needed_is_missed(place: tuple[str | int, ...], key: str) -> None:
    broken = given()
    inner = broken
    for step in place:
        inner = inner[step]
    del inner[key]
    assert objections(SCHEMA, broken)


def test_every_function_of_the_library_is_offered_with_its_arguments() -> None:
    offered = SCHEMA["$defs"]["chaosistio.fault.actions.add_abort_fault"]
    assert offered["required"] == ["virtual_service_name", "http_status", "routes"]
    assert offered["properties"]["percentage"]["anyOf"][0] == {"type": "number"}
    assert offered["properties"]["ns"] == {"type": "string", "default": "default"}
    assert {f"{each.module}.{each.name}" for each in ours()} <= set(SCHEMA["$defs"])


def test_functions_of_other_people_are_never_refused() -> None:
    changed = given()
    changed["method"][0]["provider"] |= {
        "module": "chaosaws.ec2.actions",
        "func": "stop",
        "arguments": {"a": 1},
    }
    assert objections(SCHEMA, changed) == []


def test_a_schema_can_offer_other_functions() -> None:
    count = next(each for each in ours() if each.name == "count_pods")
    schema = experiment_schema([Completion(module="shop.probes", name="open", signature=count.signature)])
    changed = given()
    changed["method"][0]["provider"] |= {"module": "shop.probes", "func": "open", "arguments": {"phase": 3}}
    assert [each for each in objections(schema, changed) if each.startswith("$.method")] == [
        "$.method[0].provider.arguments.phase: anyOf"
    ]


#: Place in WHOLE -> the part of the schema that describes it.
PARTS: dict[tuple[str | int, ...], tuple[str, ...]] = {
    (): (),
    ("runtime",): ("$defs", "runtime"),
    ("runtime", "hypothesis"): ("$defs", "runtime", "properties", "hypothesis"),
    ("runtime", "hypothesis", "recovered"): ("$defs", "until"),
    ("runtime", "rollbacks"): ("$defs", "runtime", "properties", "rollbacks"),
    ("steady-state-hypothesis",): ("$defs", "hypothesis"),
    ("configuration", "port"): ("$defs", "variable"),
    ("controls", 0): ("$defs", "controls", "items"),
    ("controls", 0, "provider"): ("$defs", "controls", "items", "properties", "provider"),
    KILL: ("$defs", "activity"),
    (*KILL, "pauses"): ("$defs", "pauses"),
    (*KILL, "provider"): ("$defs", "python"),
    (*PROBE, "provider"): ("$defs", "http"),
    (*PROBE, "until"): ("$defs", "until"),
    (*PROBE[:-1], 2, "provider"): ("$defs", "process"),
    (*PROBE[:-1], 2, "tolerance"): ("$defs", "regex"),
    (*PROBE[:-1], 3, "tolerance"): ("$defs", "range"),
    (*PROBE[:-1], 4, "tolerance"): ("$defs", "jsonpath"),
    (*PROBE[:-1], 5, "tolerance"): ("$defs", "judge"),
}


def warnings_of(place: tuple[str | int, ...], key: str) -> list[str]:
    """What the reader says of one more key there."""
    changed = deepcopy(given())
    inner = changed
    for step in place:
        inner = inner[step]
    inner.setdefault(key, None)
    return [
        each.message
        for each in read_experiment(Document(file="f", data=changed))[1]
        if repr(key) in each.message
    ]


@pytest.mark.parametrize("place", PARTS)
def test_the_schema_has_exactly_the_keys_that_the_reader_knows(place: tuple[str | int, ...]) -> None:
    part = SCHEMA
    for step in PARTS[place]:
        part = part[step]
    (said,) = warnings_of(place, "zzqqzz")
    known = re.fullmatch(r"unknown key 'zzqqzz'.*; expected one of (.*)", said)
    assert known, said
    inert = {name for name, each in part["properties"].items() if each is not True and each.get("deprecated")}
    assert set(known[1].split(", ")) == set(part["properties"]) - inert
    for name in inert:
        assert any("has no effect" in each for each in warnings_of(place, name)), name


def test_every_key_is_explained() -> None:
    silent = [
        f"{place}: {name}"
        for place, part in SCHEMA["$defs"].items()
        if "." not in place
        for name, each in part.get("properties", {}).items()
        if each is not True and not ({"description", "$ref", "const"} & set(each))
    ]
    assert not silent, silent
