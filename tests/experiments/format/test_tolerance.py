"""What is wrong or odd in a tolerance is said before the run, where it stands."""

from __future__ import annotations

import pytest

from experiments.format.document import Document, parse_document
from experiments.format.reader import read_experiment

BEFORE = """\
title: t
description: d
method: []
steady-state-hypothesis:
  title: h
  probes:
  - type: probe
    name: p
    provider: {type: python, module: os.path, func: exists, arguments: {path: /}}
    tolerance: """


def told(tolerance: str) -> list[str]:
    """Every problem, without the file and the line, which are the same for all."""
    document = parse_document(BEFORE + tolerance, name="f")
    assert isinstance(document, Document)
    return [str(problem).removeprefix("f:10:") for problem in read_experiment(document)[1]]


@pytest.mark.parametrize(
    "tolerance",
    [
        "'${wanted}'",
        "[200, 503]",
        "[a, b, a]",
        "[1, 1]",
        "{type: regex, pattern: '^(${a}|b)$'}",
        "{type: range, range: [1, 1]}",
        "{type: jsonpath, path: '$.items[*].name', expect: []}",
        "{type: jsonpath, path: '$.items[*][?(@.s.p=\"Running\")].name', count: 0}",
        "{type: jsonpath, path: ' $.a[length()] ', count: null, expect: 3}",
        "{type: jsonpath, path: '$.a[${n}]'}",
        "{type: jsonpath, path: '$..name'}",
        "{type: jsonpath, path: '$.a[-2:]', target: body}",
        "{type: jsonpath-rfc9535, path: \"$.items[?@.s.p=='Running'].name\"}",
        "{type: jsonpath-rfc9535, path: '$.items[?(@.r > 1)]'}",
        "{type: jsonpath-rfc9535, path: '$.a[::-1]'}",
    ],
)
def test_what_means_what_it_says_is_passed_in_silence(tolerance: str) -> None:
    assert told(tolerance) == []


@pytest.mark.parametrize(
    ("tolerance", "line"),
    [
        (
            "{type: jsonpath, path: '$.items['}",
            "39: '$.items[' is no path of Chaos Toolkit's dialect: column 9: expected a name in double "
            "quotes, a number, *, a slice or a filter, got the end",
        ),
        (
            "{type: jsonpath-rfc9535, path: '$.items['}",
            "47: '$.items[' is no path of RFC 9535: column 9: unexpected end of query",
        ),
        (
            "{type: jsonpath, path: '$.a[?@.b]'}",
            "39: '$.a[?@.b]' is no path of Chaos Toolkit's dialect: column 6: expected '(', got '@'; "
            "it is one of RFC 9535: set type: jsonpath-rfc9535",
        ),
        (
            "{type: jsonpath, path: \"$['a']\"}",
            "39: \"$['a']\" is no path of Chaos Toolkit's dialect: column 3: \"'\" has no meaning here; "
            "texts take double quotes; it is one of RFC 9535: set type: jsonpath-rfc9535",
        ),
        (
            "{type: jsonpath-rfc9535, path: '$.a[length()]'}",
            "47: '$.a[length()]' is no path of RFC 9535: column 5: unexpected token in bracketed selection "
            "'TOKEN_FUNCTION'; it is one of Chaos Toolkit's dialect: set type: jsonpath",
        ),
        (
            "{type: jsonpath, path: $.and}",
            "39: '$.and' is no path of Chaos Toolkit's dialect: column 3: expected a name or *; "
            "write [\"name\"], got 'and'; it is one of RFC 9535: set type: jsonpath-rfc9535",
        ),
    ],
)
def test_a_path_that_its_dialect_cannot_read_is_an_error_with_the_column(tolerance: str, line: str) -> None:
    assert told(tolerance) == [line]


@pytest.mark.parametrize(
    ("tolerance", "line"),
    [
        (
            "{type: jsonpath, path: '$.items[*][?(@.labels)].name'}",
            "39: warning: '$.items[*][?(@.labels)].name': a filter tests the value it stands at here, as in "
            "Chaos Toolkit; for type: jsonpath-rfc9535 write $.items[?(@.labels)].name",
        ),
        (
            "{type: jsonpath, path: '$.foo.*[?(@.baz)].baz'}",
            "39: warning: '$.foo.*[?(@.baz)].baz': a filter tests the value it stands at here, as in "
            "Chaos Toolkit; for type: jsonpath-rfc9535 write $.foo[?(@.baz)].baz",
        ),
        (
            "{type: jsonpath, path: '$.items[?(@.r > 1)]'}",
            "39: warning: '$.items[?(@.r > 1)]': a filter tests the value it stands at here, as in "
            "Chaos Toolkit, not what is in it, as type: jsonpath-rfc9535 does; "
            "for that write $.items[*][?(@.r > 1)]",
        ),
        (
            "{type: jsonpath, path: '$.a[::-1]'}",
            "39: warning: '$.a[::-1]': a slice that goes backward begins elsewhere in RFC 9535 "
            "when the list is short",
        ),
        (
            "{type: jsonpath, path: '$[\"a\\b\"]'}",
            "39: warning: '$[\"a\\\\b\"]': a backslash in a text is a letter of it here, "
            "and an escape in RFC 9535",
        ),
        (
            "{type: jsonpath, path: $.a, expect: 1, count: 1}",
            "55: warning: 'count' has no effect beside 'expect', which wins; remove one",
        ),
        (
            "{type: jsonpath, path: $.a, count: '${n}'}",
            "51: warning: Chaos Toolkit does not replace ${n} here",
        ),
        (
            "{type: jsonpath, path: $.a, count: true}",
            "51: warning: expected count as a whole number from 0, found true",
        ),
        ("0.5", "16: warning: Chaos Toolkit refuses 0.5; there, write a range"),
        ("[]", "16: warning: expected values that are allowed, found an empty list, in which nothing is"),
        ("[5, 1.5]", "16: warning: nothing is in a range from 5 to 1.5"),
        ("{type: range, range: [2, 1]}", "37: warning: nothing is in a range from 2 to 1"),
        (
            "{type: range, range: ['${low}', 1]}",
            "38: warning: Chaos Toolkit does not replace ${low} here",
        ),
        (
            "[Running, Succeeded]",
            "16: warning: two texts are a range in the alphabet, except for a status; for one of the two "
            "write {type: regex, pattern: '^(Running|Succeeded)$'}",
        ),
        ("[1, 2, '${three}']", "23: warning: Chaos Toolkit does not replace ${three} here"),
    ],
)
def test_what_may_surprise_is_a_warning_that_says_what_to_write(tolerance: str, line: str) -> None:
    assert told(tolerance) == [line]
