"""A name of a file means one thing, and what is asked for by name is there."""

from __future__ import annotations

import pytest
from experiment_text import ACTION, HEAD, PROBE, in_hypothesis, in_method, told

SECOND = ACTION.replace("name: a", "name: b")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (f"{HEAD}method:\n- {{{ACTION}}}\n- {{{SECOND}}}\n- {{ref: a}}", []),
        (f"{HEAD}method:\n- {{{ACTION}}}\nrollbacks:\n- {{{ACTION}}}", []),
        (
            f"{HEAD}method:\n- {{{ACTION}}}\nrollbacks:\n- {{{ACTION}}}\n- {{ref: a}}",
            ["f:6:24: warning: another activity is named 'a' too; a ref to it means the last of them"],
        ),
        (
            in_hypothesis(f"{{{PROBE}, tolerance: 1}}").replace("[]", f"[{{{PROBE}}}, {{ref: p}}]"),
            ["f:3:30: warning: another activity is named 'p' too; a ref to it means that of the hypothesis"],
        ),
    ],
)
def test_two_of_one_name_are_a_surprise_where_one_is_referred_to(text: str, lines: list[str]) -> None:
    assert told(text) == lines


@pytest.mark.parametrize(
    ("more", "by"),
    [
        ("configuration: {found: 1}", "the configuration"),
        ("secrets: {group: {found: x}}", "a secret"),
        ("secrets: {found: {type: env, key: F}}", "a secret"),
        ("rollbacks: [{ref: p, save_as: found}]", "another activity"),
    ],
)
def test_an_output_takes_no_name_from_another(more: str, by: str) -> None:
    lines = told(in_method(f"{{{PROBE}, save_as: found}}", more))
    place = "5:31" if "rollbacks" in more else "4:114"
    assert lines == [f"f:{place}: the name 'found' is taken by {by}; save it under another"]


def test_what_refers_to_an_activity_that_saves_saves_the_same_again() -> None:
    assert told(in_method(f"{{{PROBE}, save_as: found}}", "rollbacks: [{ref: p}]")) == []


def asking(groups: str) -> str:
    """A file whose groups are named at line 4, column 81."""
    return in_method(
        f"{{type: action, name: a, provider: {{type: python, module: m, func: f, secrets: {groups}}}}}",
        "secrets: {web: {token: x}, db: {password: y}}",
    )


@pytest.mark.parametrize(
    ("groups", "lines"),
    [
        ("[web, db]", []),
        ("[wbe]", ["f:4:82: warning: no group of secrets is named 'wbe'; did you mean 'web'?"]),
        ("[zzz]", ["f:4:82: warning: no group of secrets is named 'zzz'; there are web, db"]),
        ("web", ["f:4:81: warning: expected secrets, the names of groups, as a list, found 'web'"]),
        ("[3]", ["f:4:82: expected the name of a group of secrets, found 3"]),
        ("3", ["f:4:81: expected secrets, the names of groups, as a list, found 3"]),
    ],
)
def test_a_group_of_secrets_that_is_not_there_is_a_surprise(groups: str, lines: list[str]) -> None:
    assert told(asking(groups)) == lines
