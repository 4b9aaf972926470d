"""An experiment is read whole, or every reason why not is told with its place."""

from __future__ import annotations

import pytest
from experiment_text import ACTION, HEAD, PROBE, PROVIDER, in_hypothesis, in_method, read, told

from experiments.model import (
    ActivityKind,
    HttpProvider,
    Pauses,
    ProcessProvider,
    PythonProvider,
    RollbackStrategy,
)


def judged(tolerance: str) -> str:
    """A probe with a tolerance that begins at line 8, column 16."""
    return in_hypothesis(f"{{{PROBE},\n    tolerance: {tolerance}}}")


def test_every_key_of_the_format_is_read() -> None:
    experiment = read("""\
        title: The title
        description: Why
        tags: [a, b]
        configuration:
          host: {type: env, key: HOST, default: localhost, env_var_type: str}
          free: {type: anything, else: 1}
        secrets:
          web: {token: {type: env, key: TOKEN}}
        runtime: {rollbacks: {strategy: always}, hypothesis: {strategy: default}}
        steady-state-hypothesis:
          title: Steady
          probes:
          - type: probe
            name: page
            tolerance: [200, 204]
            provider:
              type: http
              url: "http://${host}/"
              method: POST
              headers: {Host: x}
              arguments: {q: 1}
              timeout: [1, 2.5]
              verify_tls: false
              max_retries: 2
        method:
        - type: action
          name: do
          background: true
          pauses: {before: "${wait}", after: 1.5}
          provider: {type: process, path: echo, arguments: [a, 1], timeout: 3}
        rollbacks:
        - type: action
          name: back
          provider: {type: python, module: m, func: f, arguments: {a: {b: 1}}, secrets: [web]}
        """)
    assert (experiment.title, experiment.description, experiment.tags) == ("The title", "Why", ("a", "b"))
    assert experiment.runtime.rollbacks is RollbackStrategy.ALWAYS
    assert experiment.hypothesis
    assert experiment.hypothesis.title == "Steady"
    page, do, back = experiment.activities()
    assert page.provider == HttpProvider(
        url="http://${host}/",
        method="POST",
        headers={"Host": "x"},
        arguments={"q": 1},
        timeout=[1, 2.5],
        verify_tls=False,
        max_retries=2,
    )
    assert page.tolerance == [200, 204]
    assert (do.kind, do.background, do.pauses) == (
        ActivityKind.ACTION,
        True,
        Pauses(before="${wait}", after=1.5),
    )
    assert do.provider == ProcessProvider(path="echo", arguments=["a", 1], timeout=3)
    assert back.provider == PythonProvider(module="m", func="f", arguments={"a": {"b": 1}}, secrets=("web",))
    assert experiment.source["title"] == "The title"
    assert back.source["name"] == "back"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("[]", ["f:1:1: expected an experiment as a mapping, found a list"]),
        (
            "method: null",
            [
                "f:1:1: an experiment needs 'title'; add it",
                "f:1:1: an experiment needs 'description'; add it",
                "f:1:1: an experiment needs 'method'; add it, [] if nothing is to be done",
            ],
        ),
        ("title: 5\ndescription: d\nmethod: []", ["f:1:8: warning: expected title as text, found 5"]),
        ("title: ' '\ndescription: d\nmethod: []", ["f:1:8: warning: expected title as text, found ' '"]),
        (
            f"{HEAD}method: []\nrolbacks: []",
            ["f:4:1: warning: unknown key 'rolbacks' has no effect; did you mean 'rollbacks'?"],
        ),
        (
            f"{HEAD}method: []\nzzz: 1",
            [
                "f:4:1: warning: unknown key 'zzz' has no effect; expected one of title, description, tags, "
                "configuration, secrets, steady-state-hypothesis, method, rollbacks, runtime, controls, dry, "
                "extensions, contributions"
            ],
        ),
        (f"{HEAD}method: {{a: 1}}", ["f:3:9: expected method as a list, found a mapping"]),
        (f"{HEAD}method: []\nrollbacks: x", ["f:4:12: expected rollbacks as a list, found 'x'"]),
        (
            f"{HEAD}method: []\ntags: [a, '', 3]",
            [
                "f:4:11: expected a tag as text, found ''",
                "f:4:15: expected a tag as text, found 3",
            ],
        ),
        (
            f"{HEAD}method: []\nsteady-state-hypothesis: {{probes: []}}",
            ["f:4:26: the hypothesis needs 'title'; add it"],
        ),
        (
            f"{HEAD}method: []\nconfiguration: {{a: {{type: env}}}}",
            ["f:4:20: a value from the environment needs 'key'; add it"],
        ),
        (
            f"{HEAD}method: []\nconfiguration: {{a: {{type: env, key: A, env_var_type: integr}}}}",
            [
                "f:4:54: expected one of str, string, int, integer, float, number, bytes, bool, json, "
                "found 'integr'; did you mean 'integer'?"
            ],
        ),
        (
            f"{HEAD}method: []\nconfiguration: {{a: {{type: env, key: A, defualt: 1}}}}",
            ["f:4:40: warning: unknown key 'defualt' has no effect; did you mean 'default'?"],
        ),
        (
            f"{HEAD}method: []\nsecrets: {{a: {{b: {{type: env}}}}}}",
            ["f:4:18: a secret from the environment needs 'key'; add it"],
        ),
        (f"{HEAD}method: []\nsecrets: hunter2", ["f:4:10: expected secrets as a mapping"]),
        (
            f"{HEAD}method: []\nruntime: {{rollbacks: {{strategy: allways}}}}",
            [
                "f:4:33: expected one of default, always, never, deviated, found 'allways'; "
                "did you mean 'always'?"
            ],
        ),
        (
            f"{HEAD}method: []\nruntime: {{hypothesis: {{strategy: skp}}}}",
            [
                "f:4:34: expected one of default, before-method-only, after-method-only, during-method-only, "
                "continuously, skip, found 'skp'; did you mean 'skip'?"
            ],
        ),
    ],
)
def test_a_bad_experiment_is_told_line_by_line(text: str, lines: list[str]) -> None:
    assert told(text) == lines


@pytest.mark.parametrize(
    ("activity", "lines"),
    [
        ("x", ["f:4:3: expected an activity as a mapping, found 'x'"]),
        ("{}", [
            "f:4:3: an activity needs 'type'; add it",
            "f:4:3: an activity needs 'name'; add it",
            "f:4:3: an activity needs 'provider'; add it",
        ]),
        (
            f"{{type: probes, name: a, {PROVIDER}}}",
            ["f:4:10: expected type probe or action, found 'probes'; did you mean 'probe'?"],
        ),
        (
            f"{{{ACTION}, backgroud: true}}",
            ["f:4:106: warning: unknown key 'backgroud' has no effect; did you mean 'background'?"],
        ),
        (f"{{{ACTION}, background: 1}}", ["f:4:118: expected background true or false, found 1"]),
        (f"{{{ACTION}, timeout: x}}", [
            "f:4:115: expected timeout in seconds above 0, or ${name}, found 'x'",
        ]),
        (f"{{{ACTION}, pauses: '5'}}", ["f:4:114: expected pauses as a mapping, found '5'"]),
        (
            f"{{{ACTION}, pauses: {{after: '5'}}}}",
            ["f:4:122: expected after in seconds, or ${name}, found '5'"],
        ),
        (
            f"{{{ACTION}, pauses: {{before: -1}}}}",
            ["f:4:123: expected before in seconds, or ${name}, found -1"],
        ),
        (
            f"{{{ACTION}, pauses: {{befor: 1}}}}",
            ["f:4:115: warning: unknown key 'befor' has no effect; did you mean 'before'?"],
        ),
        ("{type: action, name: a, provider: 3}", ["f:4:37: expected provider as a mapping, found 3"]),
        ("{type: action, name: a, provider: {}}", ["f:4:37: a provider needs 'type'; add it"]),
        (
            "{type: action, name: a, provider: {type: pyhton}}",
            [
                "f:4:44: expected a provider of type python, process, http, found 'pyhton'; "
                "did you mean 'python'?"
            ],
        ),
        ("{type: action, name: a, provider: {type: python}}", [
            "f:4:37: a python provider needs 'module'; add it",
            "f:4:37: a python provider needs 'func'; add it",
        ]),
        (
            "{type: action, name: a, provider: "
            "{type: python, module: m, func: f, arguments: [1], secrets: x}}",
            [
                "f:4:83: expected arguments as a mapping, found a list",
                "f:4:97: warning: expected secrets, the names of groups, as a list, found 'x'",
                "f:4:97: warning: no group of secrets is named 'x'; the file declares none",
            ],
        ),
        (
            "{type: action, name: a, provider: {type: python, module: m, fnc: f}}",
            [
                "f:4:37: a python provider needs 'func'; add it",
                "f:4:63: warning: unknown key 'fnc' has no effect; did you mean 'func'?",
            ],
        ),
        ("{type: action, name: a, provider: {type: process, arguments: 3, timeout: soon}}", [
            "f:4:37: a process provider needs 'path'; add it",
            "f:4:64: expected arguments as a list, text or a mapping, found 3",
            "f:4:76: expected timeout in seconds above 0, found 'soon'",
        ]),
        ("{type: action, name: a, provider: {type: http, headers: x, timeout: [1], verify_tls: 1}}", [
            "f:4:37: an http provider needs 'url'; add it",
            "f:4:59: expected headers as a mapping, found 'x'",
            "f:4:71: expected timeout in seconds above 0, or [connect, read], found a list",
            "f:4:88: warning: expected verify_tls true or false, found 1",
        ]),
        ("{ref: ''}", ["f:4:9: expected ref as text, found ''"]),
        ("{ref: [a]}", ["f:4:9: expected ref as text, found a list"]),
        ("{ref: p}", ["f:4:9: no activity is named 'p'; expected the name of an activity of this file"]),
    ],
)  # fmt: skip
def test_a_bad_activity_is_told_line_by_line(activity: str, lines: list[str]) -> None:
    assert told(in_method(activity)) == lines


@pytest.mark.parametrize(
    ("tolerance", "lines"),
    [
        ("", ["f:8:16: expected a tolerance: true, a number, text, a list or a mapping, found nothing"]),
        ("{}", [
            "f:8:16: expected a tolerance of type regex, range, jsonpath, jsonpath-rfc9535, probe, found none"
        ]),
        (
            "{type: regx}",
            [
                "f:8:23: expected a tolerance of type regex, range, jsonpath, jsonpath-rfc9535, probe, "
                "found 'regx'; did you mean 'regex'?"
            ],
        ),
        ("{type: regex}", ["f:8:16: a regex tolerance needs 'pattern'; add it"]),
        (
            "{type: regex, pattern: '(', target: 1}",
            [
                "f:8:39: expected a regular expression, found '(': "
                "missing ), unterminated subpattern at position 0",
                "f:8:52: warning: expected target as text, the key of the value to judge, found 1",
            ],
        ),
        ("{type: range, range: [1]}", ["f:8:37: expected range as a list of two numbers, found a list"]),
        ("{type: range, range: [1, x]}", ["f:8:37: expected range as a list of two numbers, found a list"]),
        ("{type: range}", ["f:8:16: expected range as a list of two numbers, found nothing"]),
        ("{type: jsonpath, path: ' '}", ["f:8:39: expected path as text, found ' '"]),
        ("{type: jsonpath, path: $.a, count: x}", [
            "f:8:51: warning: expected count as a whole number from 0, found 'x'"
        ]),
        (
            "{type: jsonpath, path: $.a, expct: 1}",
            ["f:8:44: warning: unknown key 'expct' has no effect; did you mean 'expect'?"],
        ),
        ("{type: probe, name: x}", ["f:8:16: a probe tolerance needs 'provider'; add it"]),
        (
            "{type: probe, name: x, provider: {type: python, module: m}}",
            ["f:8:49: a python provider needs 'func'; add it"],
        ),
    ],
)  # fmt: skip
def test_a_bad_tolerance_is_told_line_by_line(tolerance: str, lines: list[str]) -> None:
    assert told(judged(tolerance)) == lines


@pytest.mark.parametrize(
    "tolerance",
    [
        "true",
        "200",
        "'yes'",
        "'${wanted}'",
        "[200, 299]",
        "[a, b, c]",
        "{type: regex, pattern: '^a.c$', target: body}",
        "{type: regex, pattern: '(${unfinished}'}",
        "{type: range, range: [1, 2.5], target: body}",
        "{type: jsonpath, path: '$.items[*]', count: 3, target: body}",
        "{type: jsonpath, path: '$.items[*]', expect: [1], target: body}",
        "{type: jsonpath-rfc9535, path: '$.a'}",
        f"{{type: probe, name: x, {PROVIDER}}}",
    ],
)
def test_a_good_tolerance_is_kept_as_it_is(tolerance: str) -> None:
    assert told(judged(tolerance)) == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"{HEAD}method: []\nversion: 1.0.0", "f:4:1: warning: 'version' has no effect in this version"),
        (f"{HEAD}method: []\nx-mine: 1", "f:4:1: warning: 'x-mine' has no effect in this version"),
        (
            in_method(f"{{{ACTION}, configuration: []}}"),
            "f:4:106: warning: 'configuration' has no effect in this version",
        ),
        (
            in_method(f"{{{PROBE}, tolerance: null}}"),
            "f:4:105: warning: 'tolerance' has no effect without a value",
        ),
        (
            f"{HEAD}method: []\nrollbacks:\n- {{{ACTION}, tolerance: 1}}",
            "f:5:106: warning: 'tolerance' has no effect on an action of the rollbacks",
        ),
        (
            in_method("{type: action, name: a, provider: {type: process, path: a, arguments: 'b|c > d'}}"),
            "f:4:73: warning: no shell reads the arguments, so | and > are plain words; "
            "for a shell write path: sh and arguments: [-c, ...]",
        ),
        (
            in_method("{type: action, name: a, provider: {type: process, path: a, arguments: '~ b* `c`'}}"),
            "f:4:73: warning: no shell reads the arguments, so ~ and * and ` are plain words; "
            "for a shell write path: sh and arguments: [-c, ...]",
        ),
        (
            in_hypothesis(f"{{tolerance: true, {ACTION}}}"),
            "f:7:5: warning: an action in the hypothesis; expected probes, which change nothing",
        ),
        (
            in_method("{type: probe, name: a, provider: {type: http, url: x, expected_status: 200}}"),
            "f:4:57: warning: 'expected_status' has no effect in this version",
        ),
        (
            f"{HEAD}method: []\nruntime: {{python: {{version: '3.12'}}}}",
            "f:4:11: warning: 'python' has no effect in this version",
        ),
    ],
)
def test_what_has_no_effect_is_a_warning_and_the_file_is_read(text: str, line: str) -> None:
    assert told(text) == [line]
    assert read(text)


def test_every_problem_is_told_at_once_in_the_order_of_the_file() -> None:
    text = """\
        titel: t
        description: d
        steady-state-hypothesis:
          probes:
          - {type: probe, name: ppp}
        method:
        - {ref: pp}
        - {type: action, name: a, provider: {type: http, url: 7}}
        version: 1
        """
    assert told(text) == [
        "f:1:1: warning: unknown key 'titel' has no effect; did you mean 'title'?",
        "f:1:1: an experiment needs 'title'; add it",
        "f:4:3: the hypothesis needs 'title'; add it",
        "f:5:5: an activity needs 'provider'; add it",
        "f:5:5: a probe of the hypothesis needs 'tolerance'; add what it must answer",
        "f:7:9: no activity is named 'pp'; did you mean 'ppp'?",
        "f:8:55: expected url as text, found 7",
        "f:9:1: warning: 'version' has no effect in this version",
    ]


REFERRING = f"""\
title: t
description: d
steady-state-hypothesis:
  title: h
  probes:
  - {{{PROBE}, tolerance: true, pauses: {{after: 3}}}}
  - {{ref: p, tolerance: 1, pauses: {{before: 2}}}}
  - {{type: probe, ref: p}}
method:
- {{{ACTION}, background: true}}
- {{ref: p, background: true}}
- {{ref: a}}
rollbacks:
- {{ref: a}}
- {{ref: later}}
- {{type: action, name: later, {PROVIDER}}}
"""


def test_a_reference_is_the_activity_it_names_with_what_it_says_itself() -> None:
    assert told(REFERRING) == []
    experiment = read(REFERRING)
    assert experiment.hypothesis
    first, second, third = experiment.hypothesis.probes
    assert (second.name, second.provider, second.tolerance, second.pauses) == (
        "p",
        first.provider,
        1,
        Pauses(before=2),
    )
    assert (third.tolerance, third.pauses) == (True, Pauses(after=3))
    assert second.source == {**first.source, "tolerance": 1, "pauses": {"before": 2}}
    assert [(each.name, each.background) for each in experiment.method] == [
        ("a", True),
        ("p", True),
        ("a", False),
    ]
    assert [each.name for each in experiment.rollbacks] == ["a", "later", "later"]


def test_of_two_with_one_name_the_hypothesis_is_meant() -> None:
    text = judged("1").replace(
        "method: []", f"method:\n- {{type: action, name: p, {PROVIDER}}}\n- {{ref: p}}"
    )
    assert [each.kind.value for each in read(text).method] == ["action", "probe"]


def test_a_reference_to_a_broken_activity_adds_nothing_to_its_problems() -> None:
    text = f"{HEAD}method:\n- {{type: action, name: a}}\n- {{ref: a}}\n"
    assert told(text) == ["f:4:3: an activity needs 'provider'; add it"]


def test_no_problem_shows_a_secret() -> None:
    text = f"{HEAD}method: []\nsecrets: {{a: [c4nary], b: {{c: c4nary, d: {{type: env, c4: 1}}}}}}"
    assert all("c4nary" not in line for line in told(text))
