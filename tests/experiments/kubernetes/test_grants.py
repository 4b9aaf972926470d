"""Rules and grants say the same, and one grant is enough for another exactly as the API server judges it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.kubernetes.grants import TOLD, Grant, beyond, covers, granted, of_rights, rules, told
from experiments.kubernetes.rights import Right

ISTIO = "networking.istio.io"
WORDS = {"group": ["", "apps", ISTIO], "resource": ["pods", "pods/exec", "deployments"]}
GRANTS = st.frozensets(
    st.builds(
        Grant,
        st.sampled_from(WORDS["group"]),
        st.sampled_from(WORDS["resource"]),
        st.sampled_from(["get", "list", "patch"]),
        name=st.just(""),
    )
)


@given(GRANTS)
def test_the_rules_allow_exactly_what_they_are_made_of(grants: frozenset[Grant]) -> None:
    assert granted(rules(grants)) == grants


@given(GRANTS)
def test_no_two_rules_could_be_one_and_their_order_never_changes(grants: frozenset[Grant]) -> None:
    made = rules(grants)
    kinds = [(*rule["apiGroups"], *rule["verbs"]) for rule in made]
    assert len(set(kinds)) == len(kinds)
    assert made == rules(sorted(grants, reverse=True))


@given(GRANTS, GRANTS)
def test_what_goes_beyond_is_what_is_not_allowed(grants: frozenset[Grant], allowed: frozenset[Grant]) -> None:
    assert beyond(grants, allowed) == grants - allowed


@pytest.mark.parametrize(
    ("held", "asked", "enough"),
    [
        (Grant("", "pods", "get"), Grant("", "pods", "get"), True),
        (Grant("", "pods", "get"), Grant("", "pods", "list"), False),
        (Grant("", "pods", "get"), Grant("apps", "pods", "get"), False),
        (Grant("", "pods", "*"), Grant("", "pods", "delete"), True),
        (Grant("", "pods", "get"), Grant("", "pods", "*"), False),
        (Grant("*", "*", "*"), Grant("apps", "deployments/scale", "patch"), True),
        (Grant("", "*", "get"), Grant("", "pods/log", "get"), True),
        (Grant("", "pods", "get"), Grant("", "pods/log", "get"), False),
        (Grant("", "pods/log", "get"), Grant("", "pods", "get"), False),
        (Grant("apps", "*/scale", "patch"), Grant("apps", "deployments/scale", "patch"), True),
        (Grant("apps", "*/scale", "patch"), Grant("apps", "deployments", "patch"), False),
        (Grant("", "pods", "get", "a"), Grant("", "pods", "get"), False),
        (Grant("", "pods", "get"), Grant("", "pods", "get", "a"), True),
        (Grant("", "pods", "get", "a"), Grant("", "pods", "get", "b"), False),
    ],
)
def test_a_grant_is_enough_as_rbac_says(held: Grant, asked: Grant, enough: bool) -> None:
    assert covers(held, asked) is enough
    assert (beyond([asked], [held]) == frozenset()) is enough


def test_a_rule_of_names_allows_just_those() -> None:
    rule = {"apiGroups": [""], "resources": ["namespaces"], "verbs": ["get"], "resourceNames": ["a", "b"]}
    assert granted([rule]) == {Grant("", "namespaces", "get", "a"), Grant("", "namespaces", "get", "b")}


def test_a_rule_about_urls_allows_nothing_on_objects() -> None:
    assert granted([{"nonResourceURLs": ["*"], "verbs": ["*"]}]) == frozenset()


def test_the_rights_of_activities_become_one_rule_for_each_set_of_verbs() -> None:
    rights = [
        Right("", "pods", ("list", "get")),
        Right("", "services", ("get", "list")),
        Right("", "pods", ()),
    ]
    assert rules(of_rights(rights)) == [
        {"apiGroups": [""], "resources": ["pods", "services"], "verbs": ["get", "list"]}
    ]


def test_in_words_it_is_short_and_in_order() -> None:
    some = [
        Grant(ISTIO, "virtualservices", "patch"),
        Grant("", "pods", "get", "a"),
        Grant("", "pods", "delete"),
    ]
    assert told(some) == "delete pods; get pods a; patch virtualservices.networking.istio.io"
    many = [Grant("", f"kind{number:02}", "get") for number in range(TOLD + 3)]
    assert told(many).endswith(f"get kind{TOLD - 1:02}; and 3 more")
