"""A check knows what a run would find out: modules, functions, arguments, programs, durations."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pytest

from experiments.format.check import check_experiment, unavailable
from experiments.format.document import Document, parse_document
from experiments.format.installed import Installed, is_installed
from experiments.format.library import Signature

KILL = Signature.named("label count?")
JUDGE = Signature.named("value least")
LATER = Signature.named("name?", available=False)


class SmallLibrary:
    """Two modules, one function that is missing."""

    def owns(self, module: str) -> bool:
        return module.partition(".")[0] == "small"

    def modules(self) -> Collection[str]:
        return ["small.pods", "small.nodes"]

    def activities(self, module: str) -> Mapping[str, Signature] | None:
        contents = {"small.pods": {"kill": KILL, "judge": JUDGE}, "small.nodes": {"drain": LATER}}
        return contents.get(module)


def document(text: str) -> Document:
    result = parse_document(text, name="f")
    assert isinstance(result, Document), [str(problem) for problem in result]
    return result


def told(text: str, deadline: float | None = None) -> list[str]:
    problems = check_experiment(
        document(text),
        SmallLibrary(),
        deadline=deadline,
        foreign=Installed(lambda module: module == "installed.things"),
        which=lambda path: path if path == "/bin/here" else None,
    )
    return [str(problem) for problem in problems]


def acting(provider: str, before: str = "") -> str:
    """A file whose provider begins at line 5, column 13."""
    method = f"method:\n- {{type: action, name: a,\n  provider: {{{provider}}}}}\n"
    return f"title: t\ndescription: d\n{before}{method}"


@pytest.mark.parametrize(
    ("provider", "lines"),
    [
        ("type: python, module: small.pods, func: kill, arguments: {label: a, count: 1}", []),
        ("type: python, module: small.pods, func: kill, arguments: {label: '${label}'}", []),
        (
            "type: python, module: small.pod, func: kill",
            ["f:5:36: no module 'small.pod' in the library; did you mean 'small.pods'?"],
        ),
        (
            "type: python, module: small, func: kill",
            ["f:5:36: no module 'small' in the library; did you mean 'small.pods'?"],
        ),
        (
            "type: python, module: small.pods, func: kil, arguments: {label: a}",
            ["f:5:54: no function 'kil' in small.pods; did you mean 'kill'?"],
        ),
        (
            "type: python, module: small.pods, func: xyz",
            ["f:5:54: no function 'xyz' in small.pods; it has kill, judge"],
        ),
        (
            "type: python, module: small.pods, func: kill, arguments: {label: a, cuont: 1}",
            ["f:5:82: kill takes no argument 'cuont'; did you mean 'count'?"],
        ),
        (
            "type: python, module: small.pods, func: kill, arguments: {zzz: 1}",
            [
                "f:5:71: kill needs the argument 'label'; add it",
                "f:5:72: kill takes no argument 'zzz'; it takes label, count",
            ],
        ),
        (
            "type: python, module: small.pods, func: kill",
            ["f:5:13: kill needs the argument 'label'; add it"],
        ),
        (
            "type: python, module: small.nodes, func: drain",
            [
                "f:5:55: warning: small.nodes.drain is known but not available in this version: "
                "a run of it would be refused"
            ],
        ),
        ("type: python, module: installed.things, func: whatever, arguments: {a: 1}", []),
        (
            "type: python, module: absent.things, func: f",
            ["f:5:36: no module 'absent.things'; install what provides 'absent'"],
        ),
        (
            "type: python, module: smal.pods, func: f",
            ["f:5:36: no module 'smal.pods'; did you mean 'small.pods'?"],
        ),
        ("type: process, path: /bin/here", []),
        ("type: process, path: '${program}'", []),
        (
            "type: process, path: nowhere",
            [
                "f:5:35: warning: no program 'nowhere' on this machine; "
                "it must be where the experiment runs"
            ],
        ),
    ],
)  # fmt: skip
def test_what_a_file_names_must_exist(provider: str, lines: list[str]) -> None:
    assert told(acting(provider)) == lines


def test_the_probe_of_a_tolerance_is_given_its_value_by_the_run() -> None:
    text = """\
title: t
description: d
method: []
steady-state-hypothesis:
  title: h
  probes:
  - type: probe
    name: p
    provider: {type: process, path: /bin/here}
    tolerance:
      type: probe
      name: j
      provider: {type: python, module: small.pods, func: judge}
"""
    assert told(text) == ["f:13:17: judge needs the argument 'least'; add it"]


def test_problems_of_text_shape_and_use_are_told_together_in_order() -> None:
    assert told(acting("type: python, module: small.pods, func: kil, modul: x") + "titel: x\n") == [
        "f:5:54: no function 'kil' in small.pods; did you mean 'kill'?",
        "f:5:59: warning: unknown key 'modul' has no effect; did you mean 'module'?",
        "f:6:1: warning: unknown key 'titel' has no effect; did you mean 'title'?",
    ]


def test_what_is_not_available_refuses_a_run_in_its_place() -> None:
    asked = (
        "configuration: {host: {type: probe, provider: {type: python, module: small.nodes, func: drain}}}\n"
    )
    text = acting("type: python, module: small.nodes, func: drain", asked)
    sentence = "small.nodes.drain is known but not available in this version; take it out to run the rest"
    refused = [str(problem) for problem in unavailable(document(text), SmallLibrary())]
    assert refused == [f"f:3:89: {sentence}", f"f:6:55: {sentence}"]
    assert all(": warning: " in line for line in told(text))


def test_what_is_available_refuses_nothing() -> None:
    good = acting("type: python, module: small.pods, func: kill, arguments: {label: a}")
    assert unavailable(document(good), SmallLibrary()) == []


LONG = """\
title: t
description: d
steady-state-hypothesis:
  title: h
  probes:
  - {type: probe, name: p, tolerance: 200, provider: {type: http, url: x, timeout: [1, 2]}}
  - {ref: p}
method:
- type: action
  name: a
  provider: {type: process, path: /bin/here, timeout: 10}
  pauses: {before: 1, after: 2}
- {type: action, name: b, background: true, provider: {type: process, path: /bin/here, timeout: 12}}
rollbacks:
- {type: action, name: c, provider: {type: process, path: /bin/here, timeout: 5}, pauses: {after: '${x}'}}
"""


def test_pauses_and_time_outs_fit_the_deadline_and_the_hypothesis_counts_twice() -> None:
    assert told(LONG, deadline=30) == []
    assert told(LONG, deadline=29.5) == [
        "f:8:1: pauses and time-outs add up to 30 s, the deadline is 29.5 s; shorten them or allow more"
    ]


def test_a_module_is_looked_for_without_being_imported() -> None:
    import sys

    unlikely = "antigravity"  # opens a browser when imported
    assert is_installed(f"{unlikely}.things")
    assert unlikely not in sys.modules
    assert not is_installed("no_such_package_anywhere.things")
    assert not is_installed(".relative")
