"""The dialect finds what jsonpath2, which Chaos Toolkit uses, finds."""

from __future__ import annotations

from importlib import import_module

import pytest

from experiments.tolerances.dialect.path import find
from experiments.tolerances.not_a_path import NotAPath

#: The oracle; it has no types.
Path = import_module("jsonpath2.path").Path

DOCUMENT: dict[str, object] = {
    "kind": "PodList",
    "n": 2,
    "which": "kind",
    "flag": True,
    "nothing": None,
    "items": [
        {"name": "web-1", "s": {"p": "Running", "r": 0}, "labels": {"app": "web"}, "tags": ["a", "b", "c"]},
        {"name": "web-2", "s": {"p": "Pending", "r": 3}, "labels": {"app": "web"}, "tags": []},
        {"name": "db-1", "s": {"p": "Running", "r": 1}, "tags": ["x"]},
    ],
    "numbers": [5, 3, 8, 1, 9, 2],
    "a b": {"odd key": 1},
}

PATHS = [
    "$",
    "$.kind",
    "$.items",
    "$.missing.deeper",
    '$["kind"]',
    '$["kind","n"]',
    '$["a b"]["odd key"]',
    "$.items[0].name",
    "$.items[-1].name",
    "$.items[7]",
    "$.items[-7]",
    "$.items[0,2].name",
    "$.items[*].name",
    "$.*",
    "$[*]",
    "$.items.*.s.p",
    "$..name",
    "$..*",
    "$..[0]",
    '$..["p"]',
    "$..tags[*]",
    "$.numbers[1:3]",
    "$.numbers[:2]",
    "$.numbers[2:]",
    "$.numbers[:]",
    "$.numbers[::2]",
    "$.numbers[-2:]",
    "$.numbers[:-2]",
    "$.numbers[-9:2]",
    "$.numbers[4:1:-1]",
    "$.numbers[9:0:-2]",
    "$.numbers[0:99]",
    "$.kind[0]",
    "$.kind.*",
    "$[$.which]",
    "$.numbers[$.n]",
    "$.numbers[@[0]]",
    "$.numbers[length()]",
    "$.numbers.length()",
    "$.kind[length()]",
    "$.items[*].tags[length()]",
    "$.n[length()]",
    "$.items[0][keys()]",
    "$.items[0].s[values()]",
    "$.items[0].s[entries()]",
    "$.numbers[entries()]",
    "$.numbers[keys()]",
    "$.kind[charAt(0)]",
    "$.kind[charAt(99)]",
    "$.kind[substring(3)]",
    "$.kind[substring(0,3)]",
    "$.kind[substring(0,$.n)]",
    '$.items[*][?(@.s.p="Running")].name',
    '$.items[*][?(@.s.p!="Running")].name',
    "$.items[*][?(@.s.r>0)].name",
    "$.items[*][?(@.s.r>=1)].name",
    "$.items[*][?(@.s.r<3)].name",
    "$.items[*][?(@.s.r<=1)].name",
    "$.items[*][?(@.s.r=0 or @.s.r=1)].name",
    '$.items[*][?(@.s.p="Running" and @.s.r>0)].name',
    '$.items[*][?(@.s.r=3 or @.s.p="Running" and @.s.r=0)].name',
    '$.items[*][?(@.s.p="Running" and @.s.r=0 or @.s.r=3)].name',
    '$.items[*][?(not @.s.p="Running")].name',
    '$.items[*][?(not (@.s.p="Running" or @.s.r=3))].name',
    "$.items[*][?(not not @.labels)].name",
    "$.items[*][?(@.labels)].name",
    "$.items[?(@.labels)]",
    "$.items[?(@.name)].name",
    "$.items[*][?(@.tags[length()] > 1)].name",
    '$.items[*][?(@.s.p > "A")].name',
    "$.items[*][?(@.s.r = $.n)].name",
    "$.numbers[*][?(@ > $.n)]",
    "$.numbers[*][?(2 < @)]",
    "$.numbers[*][?(true)]",
    "$.numbers[*][?(false)]",
    "$.numbers[*][?(null)]",
    "$.numbers[*][?(@ = 3.0)]",
    "$.numbers[*][?(@ > 2.5e0)]",
    '$.items[*][?(@.tags = ["a", "b", "c"])].name',
    '$.items[*][?(@.labels = {"app": "web"})].name',
    "$.items[*][?(@.tags = [])].name",
    "$[?(@.flag = true)].kind",
    "$[?(@.nothing = null)].kind",
    '$..[?(@.p="Pending")].r',
    "$.items[ * ][ ?( @.s.r > 0 ) ].name",
    "$.items[*].tags[0,1]",
    '$.items[*][?(@.tags[*] = "b")].name',
]

NOT_PATHS = [
    "",
    "items",
    "$.",
    "$.items[",
    "$.items[]",
    "$.items[0",
    "$.items['name']",
    "$.a-b",
    "$.items[?(@.s.p=='Running')]",
    '$.items[?@.s.p="Running"]',
    "$.items[*][?(@.r > )]",
    "$.items[1.5]",
    "$.items[nofunction()]",
    "$.items[*][?(@.a = [1)]",
    "$ $",
]


@pytest.mark.parametrize("path", PATHS)
def test_a_path_finds_what_chaos_toolkit_finds(path: str) -> None:
    expected = [match.current_value for match in Path.parse_str(path).match(DOCUMENT)]
    assert find(path, DOCUMENT) == expected


@pytest.mark.parametrize("path", NOT_PATHS)
def test_what_chaos_toolkit_cannot_read_is_refused_with_a_place(path: str) -> None:
    with pytest.raises(ValueError):
        Path.parse_str(path)
    with pytest.raises(ValueError, match=r"column|no function"):
        find(path, DOCUMENT)


def test_a_slice_of_step_zero_is_no_path() -> None:
    with pytest.raises(ValueError, match="step 0"):
        find("$.numbers[::0]", DOCUMENT)


def test_a_slice_that_begins_far_behind_the_end_costs_nothing() -> None:
    assert find("$[1000000000000:0:-1]", [1, 2, 3]) == [3, 2]
    assert find("$[1000000000001:0:-2]", [1, 2, 3, 4]) == [4, 2]
    assert find("$[2:-1000000000000:-1]", [1, 2, 3]) == [3, 2, 1, 3, 2, 1]


def test_a_backslash_in_a_text_is_a_letter_of_it() -> None:
    assert find(r'$["say \"hi\""]', {r"say \"hi\"": 1}) == [1]


def test_a_word_of_the_filter_language_needs_quotes_as_a_name() -> None:
    assert find('$["and"]["or"]', {"and": {"or": 1}}) == [1]
    with pytest.raises(NotAPath, match="column 3: expected a name"):
        find("$.and.or", {"and": {"or": 1}})


def test_only_the_first_value_on_the_left_meets_a_path_on_the_right() -> None:
    assert find("$[?(@.all[*] = @.one)].one", {"all": [1, 2], "one": 1}) == [1]
    assert find("$[?(@.all[*] = @.one)].one", {"all": [1, 2], "one": 2}) == []
    assert find("$[?(@.all[*] = 2)].one", {"all": [1, 2], "one": 2}) == [2]


def test_a_path_that_is_nested_too_deeply_is_refused() -> None:
    with pytest.raises(NotAPath, match="nested"):
        find("$" + ".a" * 100_000, {})
