"""A check knows what a run would find out: modules, functions, arguments, programs, durations."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pytest

from experiments.format.accepts import Plain
from experiments.format.check import check_experiment, unavailable
from experiments.format.document import Document, parse_document
from experiments.format.installed import Installed, is_installed
from experiments.format.library import Argument, Signature
from experiments.format.problem import Severity

KILL = Signature.named("label count?")
JUDGE = Signature.named("value least")
TYPED = Signature(given=(Argument(name="label", required=True), Argument(name="count", accepts=Plain.WHOLE)))
LATER = Signature.named("name?", available=False)


class SmallLibrary:
    """Two modules, one function that is missing."""

    def owns(self, module: str) -> bool:
        return module.partition(".")[0] == "small"

    def modules(self) -> Collection[str]:
        return ["small.pods", "small.nodes"]

    def activities(self, module: str) -> Mapping[str, Signature] | None:
        contents = {
            "small.pods": {"kill": KILL, "judge": JUDGE},
            "small.nodes": {"drain": LATER},
            "small.typed": {"kill": TYPED},
        }
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


def durations(runtime: str = "{}", more: str = "") -> str:
    """A file whose look takes 3 s, its method 10 s, its rollbacks 5 s."""
    http = "provider: {type: http, url: x, timeout: 3}"
    return f"""\
title: t
description: d
runtime: {runtime}
steady-state-hypothesis:
  title: h
  probes: [{{type: probe, name: p, tolerance: 200, {http}}}]
method:
- {{type: action, name: a, timeout: 10, provider: {{type: process, path: /bin/here}}}}
{more}
rollbacks:
- {{type: action, name: c, timeout: 9, provider: {{type: process, path: /bin/here, timeout: 5}}}}
"""


WAITING = (
    "- {type: probe, name: w, tolerance: 1, until: {timeout: 1m}, timeout: 2, provider: {type: http, url: x}}"
)


@pytest.mark.parametrize(
    ("text", "longest"),
    [
        (durations(), 21),
        (durations("{hypothesis: {strategy: skip}}"), 15),
        (durations("{hypothesis: {strategy: before-method-only}}"), 18),
        (durations("{hypothesis: {strategy: after-method-only}}"), 18),
        (durations("{hypothesis: {strategy: during-method-only}}"), 15),
        (durations("{hypothesis: {strategy: continuously}}"), 21),
        (durations("{hypothesis: {recovered: true}}"), 24),
        (durations("{hypothesis: {recovered: {timeout: 2m}}}"), 144),
        (durations("{rollbacks: {strategy: never}}"), 16),
        (durations(more=WAITING), 81),
        (durations(more="- {ref: p, background: true}"), 21),
    ],
)
def test_whatever_a_file_lets_a_run_wait_for_counts(text: str, longest: float) -> None:
    assert told(text, deadline=longest) == []
    assert told(text, deadline=longest - 0.5) == [
        f"f:7:1: pauses and time-outs add up to {longest} s, the deadline is {longest - 0.5} s; "
        "shorten them or allow more"
    ]


@pytest.mark.parametrize(
    ("own", "given", "lines"),
    [
        ("21s", None, []),
        ("20s", None, ["f:3:11: pauses and time-outs add up to 21 s, the deadline is 20 s"]),
        ("20s", 30, ["f:3:11: pauses and time-outs add up to 21 s, the deadline is 20 s"]),
        ("30s", 20, ["f:7:1: pauses and time-outs add up to 21 s, the deadline is 20 s"]),
    ],
)
def test_a_deadline_of_the_file_is_kept_and_the_smaller_one_counts(
    own: str, given: float | None, lines: list[str]
) -> None:
    found = told(durations(f"{{deadline: {own}}}"), deadline=given)
    assert found == [f"{line}; shorten them or allow more" for line in lines]


@pytest.mark.parametrize(
    ("more", "lines"),
    [
        ("configuration: {host: 1, port: 2}", []),
        ("", ["f:1:1: configuration has no key 'port' to override; declare it there"]),
        (
            "configuration: {host: 1, prt: 2}",
            ["f:4:1: configuration has no key 'port' to override; did you mean 'prt'?"],
        ),
    ],
)
def test_an_override_needs_a_key_that_is_declared(more: str, lines: list[str]) -> None:
    text = f"title: t\ndescription: d\nmethod: []\n{more}\n"
    told = check_experiment(document(text), SmallLibrary(), overrides={"port": Severity.ERROR})
    assert [str(each) for each in told] == lines


def test_an_override_of_a_shared_file_may_be_for_others() -> None:
    text = "title: t\ndescription: d\nmethod: []\n"
    told = check_experiment(document(text), SmallLibrary(), overrides={"port": Severity.WARNING})
    assert [str(each) for each in told] == [
        "f:1:1: warning: configuration has no key 'port' to override; declare it there"
    ]


@pytest.mark.parametrize(
    ("count", "lines"),
    [
        ("3", []),
        ("'${count}'", []),
        ("'a${count}'", []),
        ("x", ["f:5:90: count: expected a whole number, found 'x'"]),
    ],
)
def test_a_literal_value_must_be_of_the_type_the_function_takes(count: str, lines: list[str]) -> None:
    arguments = f"arguments: {{label: a, count: {count}}}"
    assert told(acting(f"type: python, module: small.typed, func: kill, {arguments}")) == lines


def test_the_probe_of_a_configuration_value_must_exist_too() -> None:
    probe = "configuration: {a: {type: probe, provider: {type: python, module: small.pods, func: kil}}}\n"
    assert told(acting("type: process, path: /bin/here", probe)) == [
        "f:3:85: no function 'kil' in small.pods; did you mean 'kill'?"
    ]


@pytest.mark.parametrize(
    ("value", "lines"),
    [
        ("{type: probe}", ["f:3:20: an activity needs 'provider'; add it"]),
        ("{type: probe, provider: {type: process}}", ["f:3:44: a process provider needs 'path'; add it"]),
        (
            "{type: probe, tolerance: 1, provider: {type: process, path: /bin/here}}",
            ["f:3:34: warning: 'tolerance' has no effect in the configuration"],
        ),
        ("{type: probe, timeout: 3, provider: {type: process, path: /bin/here}}", []),
    ],
)
def test_a_value_from_a_probe_is_an_activity(value: str, lines: list[str]) -> None:
    assert told(acting("type: process, path: /bin/here", f"configuration: {{a: {value}}}\n")) == lines


@pytest.mark.parametrize(
    ("secret", "lines"),
    [
        ("{type: vault, path: p, key: k}", []),
        ("{type: vault, key: k}", ["f:3:18: a secret from Vault needs 'path'; add it"]),
        ("{type: vault, path: 3}", ["f:3:38: expected path as text"]),
        ("{type: file, path: p}", []),
        ("{type: file}", ["f:3:18: a secret from a file needs 'path'; add it"]),
        ("{type: file, path: []}", ["f:3:37: expected path as text"]),
        ("{type: env, key: 3}", ["f:3:35: expected key as text"]),
        ("{deeper: {type: env}}", ["f:3:27: a secret from the environment needs 'key'; add it"]),
        (
            "{type: fiel, path: p}",
            [
                "f:3:25: warning: type 'fiel' is no source, so this is a group of secrets; "
                "did you mean 'file'?"
            ],
        ),
    ],
)
def test_a_secret_says_where_it_is(secret: str, lines: list[str]) -> None:
    assert told(acting("type: process, path: /bin/here", f"secrets: {{g: {{s: {secret}}}}}\n")) == lines


def test_a_module_is_looked_for_without_being_imported() -> None:
    import sys

    unlikely = "antigravity"  # opens a browser when imported
    assert is_installed(f"{unlikely}.things")
    assert unlikely not in sys.modules
    assert not is_installed("no_such_package_anywhere.things")
    assert not is_installed(".relative")
