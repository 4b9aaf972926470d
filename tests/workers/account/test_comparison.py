"""What an account holds is compared with what is listed, and the dangerous part is told apart."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace

import pytest

from experiments.kubernetes.grants import Grant, granted
from workers.account.comparison import EVERYBODYS, EVERYWHERE, Comparison, Grants, compare, sentence
from workers.account.dangers import DANGERS, EVERYTHING, is_dangerous, is_wildcard
from workers.account.verdict import judge

LIST, DELETE, WATCH = (Grant("", "pods", verb) for verb in ("list", "delete", "watch"))
SECRETS, ANY_VERB = Grant("", "secrets", "get"), Grant("", "pods", "*")
SHOP = {"shop": frozenset({LIST, DELETE})}
NOTHING = Comparison(lacking={}, wildcards={}, dangerous={}, needless={})


def held(shop: set[Grant], everywhere: set[Grant] | None = None) -> Grants:
    """In the shop's namespace and in two others."""
    spread = EVERYBODYS | (everywhere or set())
    return {"shop": spread | shop, "cowbane": spread, "kube-system": spread}


@pytest.mark.parametrize(
    ("grants", "lacking", "dangerous", "needless"),
    [
        pytest.param(held({LIST, DELETE}), {}, {}, {}, id="exactly"),
        pytest.param(held({LIST}), {"shop": {DELETE}}, {}, {}, id="too little"),
        pytest.param(held(set()), {"shop": {LIST, DELETE}}, {}, {}, id="nothing"),
        pytest.param(held({LIST, DELETE, WATCH}), {}, {}, {"shop": {WATCH}}, id="a surprise"),
        pytest.param(held({LIST, DELETE, SECRETS}), {}, {"shop": {SECRETS}}, {}, id="a danger"),
        pytest.param(
            held({DELETE}, {LIST}),
            {},
            {},
            {EVERYWHERE: {LIST}},
            id="everywhere instead of here",
        ),
        pytest.param(
            {**held({LIST, DELETE}), "cowbane": EVERYBODYS | {SECRETS}},
            {},
            {"cowbane": {SECRETS}},
            {},
            id="at home",
        ),
    ],
)
def test_each_place_is_compared(
    grants: Grants,
    lacking: dict[str, Set[Grant]],
    dangerous: dict[str, Set[Grant]],
    needless: dict[str, Set[Grant]],
) -> None:
    found = compare(SHOP, grants)
    assert {**found.lacking} == lacking
    assert {**found.dangerous} == dangerous
    assert {**found.needless} == needless
    assert found.wildcards == {}


@pytest.mark.parametrize("danger", sorted(each for each in DANGERS if not is_wildcard(each)), ids=str)
def test_what_is_listed_is_no_danger(danger: Grant) -> None:
    assert compare({"shop": frozenset({danger})}, held({danger})) == NOTHING


@pytest.mark.parametrize("listed", [True, False])
@pytest.mark.parametrize(
    "wildcard",
    [
        EVERYTHING,
        ANY_VERB,
        Grant("", "*", "get"),
        Grant("*", "pods", "get"),
        Grant("apps", "*/scale", "patch"),
        Grant("", "pods", "*", "just-one"),
    ],
    ids=str,
)
@pytest.mark.parametrize("place", ["shop", EVERYWHERE])
def test_a_wildcard_is_told_apart_also_where_it_is_listed(place: str, wildcard: Grant, listed: bool) -> None:
    rights = {"shop": frozenset({wildcard} if listed else ())}
    found = compare(rights, held({wildcard}) if place else held(set(), {wildcard}))
    assert found == replace(NOTHING, wildcards={place: frozenset({wildcard})})


def test_a_listed_wildcard_allows_no_danger_and_a_held_one_says_it_all() -> None:
    listed = {"shop": frozenset({ANY_VERB})}
    create = Grant("", "pods", "create")
    assert compare(listed, held({create})).dangerous == {"shop": {create}}
    assert compare(listed, held({create, ANY_VERB})) == replace(NOTHING, wildcards=listed)


@pytest.mark.parametrize(
    "grant",
    [
        *sorted(DANGERS),
        ANY_VERB,
        Grant("apps", "*", "get"),
        Grant("*", "pods", "get"),
        Grant("apps", "*/scale", "patch"),
        Grant("", "secrets", "list", "just-one"),
        *(
            Grant("", "secrets", verb)
            for verb in ("get", "create", "update", "patch", "delete", "deletecollection")
        ),
        *(
            Grant(group, resource, verb)
            for group, resource in (
                ("", "pods"),
                ("", "replicationcontrollers"),
                ("apps", "daemonsets"),
                ("apps", "deployments"),
                ("apps", "replicasets"),
                ("apps", "statefulsets"),
                ("batch", "cronjobs"),
                ("batch", "jobs"),
            )
            for verb in ("create", "update", "patch")
        ),
        Grant("apps", "deployments", "patch", "just-one"),
        Grant("shop.example", "orders", "impersonate"),
        Grant("authentication.k8s.io", "userextras/scopes", "impersonate"),
        Grant("", "serviceaccounts", "impersonate-on:user-info"),
    ],
    ids=str,
)
def test_what_leads_to_more_is_dangerous(grant: Grant) -> None:
    assert is_dangerous(grant)


@pytest.mark.parametrize(
    "grant",
    [
        *sorted(EVERYBODYS),
        Grant("", "pods", "delete"),
        Grant("", "pods/log", "get"),
        Grant("", "pods/eviction", "create"),
        Grant("", "namespaces", "get"),
        Grant("", "nodes", "patch"),
        Grant("networking.istio.io", "virtualservices", "patch"),
        Grant("rbac.authorization.k8s.io", "roles", "list"),
        Grant("apps", "deployments/scale", "patch"),
        Grant("apps", "statefulsets/scale", "update"),
        Grant("apps", "deployments", "delete"),
        Grant("batch", "jobs", "list"),
        Grant("shop.example", "secrets", "get"),
    ],
    ids=str,
)
def test_what_chaos_needs_is_not(grant: Grant) -> None:
    assert not is_dangerous(grant)


FOUND = Comparison(
    lacking={"shop": frozenset({DELETE})},
    wildcards={EVERYWHERE: frozenset({EVERYTHING}), "shop": frozenset({ANY_VERB})},
    dangerous={"shop": frozenset({SECRETS})},
    needless={"shop": frozenset({WATCH})},
)


def test_everything_is_told_place_by_place() -> None:
    assert sentence(FOUND.wildcards) == ("in every namespace: everything, as cluster-admin; in shop: * pods")


def test_wildcards_and_dangers_refuse_in_one_line() -> None:
    refusal = judge("a", FOUND, listed=True).refusal
    assert refusal.startswith(
        "account a holds wildcards, which no rights file can allow: in every namespace: everything,"
    )
    danger = "can do what leads to more, and its rights file does not list it: in shop: get secrets"
    assert f", and it {danger}" in refusal
    assert "\n" not in refusal
    assert judge("a", replace(FOUND, wildcards={}), listed=True).refusal.startswith(f"account a {danger}")


def test_a_lack_and_a_surprise_are_one_warning_each_and_refuse_nothing() -> None:
    verdict = judge("a", replace(FOUND, wildcards={}, dangerous={}), listed=True)
    lack, surprise = verdict.warnings
    assert lack.startswith("account a lacks what its queue needs: in shop: delete pods; a run that needs it")
    assert surprise == "account a has more than its queue needs: in shop: watch pods"
    assert verdict.refusal == ""
    assert "\n" not in lack


def test_an_account_that_fits_is_not_worth_a_word() -> None:
    verdict = judge("a", NOTHING, listed=True)
    assert (verdict.refusal, verdict.warnings) == ("", ())


def test_without_a_rights_file_the_refusal_says_so() -> None:
    refusal = judge("a", FOUND, listed=False).refusal
    assert "and no rights file lists it" in refusal


def test_a_rule_with_wildcards_is_dangerous_as_a_whole() -> None:
    rule = {"apiGroups": ["*"], "resources": ["pods"], "verbs": ["get", "list"]}
    assert all(map(is_dangerous, granted([rule])))
