"""Experiments as text in tests: read as a person's file is, and told as a person is told."""

from __future__ import annotations

from textwrap import dedent

from experiments.format.document import Document, parse_document
from experiments.format.reader import read_experiment
from experiments.model import Experiment

HEAD = "title: t\ndescription: d\n"
PROVIDER = "provider: {type: python, module: os.path, func: exists, arguments: {path: /}}"
PROBE = f"type: probe, name: p, {PROVIDER}"
ACTION = f"type: action, name: a, {PROVIDER}"


def document(text: str) -> Document:
    """The text as Chaos Toolkit reads it; it must be readable."""
    result = parse_document(dedent(text), name="f", as_chaos_toolkit=True)
    assert isinstance(result, Document), [str(problem) for problem in result]
    return result


def told(text: str) -> list[str]:
    """Errors and warnings, as a person sees them."""
    return [str(problem) for problem in read_experiment(document(text))[1]]


def read(text: str) -> Experiment:
    """The experiment; it must load."""
    experiment, problems = read_experiment(document(text))
    assert experiment, [str(problem) for problem in problems]
    return experiment


def in_method(activity: str, more: str = "") -> str:
    """A file of which the method's only activity stands at line 4, column 3."""
    return f"{HEAD}method:\n- {activity}\n{more}"


def in_hypothesis(probe: str, more: str = "") -> str:
    """A file of which the hypothesis' only probe stands at line 7, column 5."""
    return f"{HEAD}method: []\nsteady-state-hypothesis:\n  title: h\n  probes:\n  - {probe}\n{more}"


#: Every key of the format once.
WHOLE = f"""\
title: All of it
description: Each key once
version: 1.0.0
tags: [a, b]
contributions: {{reliability: high}}
extensions: [{{name: mine, anything: [1]}}]
dry: pause
configuration:
  host: example.com
  port: {{type: env, key: PORT, default: 80, env_var_type: int}}
  pods: {{type: probe, name: pods, provider: {{type: process, path: kubectl, arguments: [get, pods]}}}}
secrets:
  group:
    token: {{type: env, key: TOKEN}}
    deeper: {{inline: value, vault: {{type: vault, path: secret/x, key: k}}}}
    file: {{type: file, path: token}}
controls:
- name: tracing
  provider: {{type: python, module: os.path, arguments: {{a: 1}}}}
  scope: before
  automatic: false
runtime:
  deadline: 1h
  hypothesis:
    {{strategy: continuously, frequency: 500ms, fail_fast: 20, recovered: {{timeout: 2m, every: 1s}}}}
  rollbacks: {{strategy: always}}
steady-state-hypothesis:
  title: It answers
  controls: [{{ref: tracing}}]
  probes:
  - type: probe
    name: answers
    tolerance: [200, 299]
    until: {{timeout: 30s, every: 1.5}}
    provider:
      type: http
      url: "http://${{host}}:${{port}}"
      method: GET
      headers: {{Authorization: "Bearer ${{token}}"}}
      arguments: {{q: 1}}
      timeout: [1, "${{wait}}"]
      verify_tls: false
      max_retries: 3
  - {{ref: answers, tolerance: 200}}
  - type: probe
    name: text
    tolerance: {{type: regex, pattern: ^a, target: stdout}}
    provider: {{type: process, path: echo, arguments: [a, b], timeout: 3}}
  - {{{PROBE}, tolerance: {{type: range, range: [1, 2.5]}}}}
  - {{{PROBE.replace("name: p", "name: q")}, tolerance: {{type: jsonpath, path: $.a, count: 1}}}}
  - {{{PROBE.replace("name: p", "name: r")}, tolerance: {{type: probe, name: judge, {PROVIDER}}}}}
method:
- type: action
  name: kill
  background: true
  save_as: killed
  timeout: 30
  dry: actions
  pauses: {{before: 1, after: "${{pause}}"}}
  controls: [{{name: mine, scope: after, provider: {{type: python, module: os.path}}}}]
  provider:
    type: python
    module: chaosk8s.pod.actions
    func: terminate_pods
    secrets: [group]
    arguments: {{label_selector: "app=${{name}}", qty: "${{qty}}", rand: true}}
rollbacks:
- {{ref: kill}}
"""
