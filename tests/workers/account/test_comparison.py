"""What an account holds is compared with what is listed, and the dangerous part is told apart."""

from __future__ import annotations

from collections.abc import Set

import pytest

from experiments.kubernetes.grants import Grant, granted
from workers.account.comparison import EVERYBODYS, EVERYWHERE, Comparison, Grants, compare, sentence
from workers.account.dangers import DANGERS, is_dangerous
from workers.account.verdict import judge

LIST, DELETE, WATCH = (Grant("", "pods", verb) for verb in ("list", "delete", "watch"))
SECRETS, ALL = Grant("", "secrets", "get"), Grant("*", "*", "*")
SHOP = {"shop": frozenset({LIST, DELETE})}


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
        pytest.param(held(set(), {ALL}), {}, {EVERYWHERE: {ALL}}, {}, id="cluster-admin"),
        pytest.param(held({ALL}), {}, {"shop": {ALL}}, {}, id="admin of a namespace"),
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


def test_what_is_listed_is_no_danger() -> None:
    listed = {"shop": frozenset({ALL})}
    assert compare(listed, held({ALL})) == Comparison(lacking={}, dangerous={}, needless={})


@pytest.mark.parametrize(
    "grant",
    [
        *sorted(DANGERS),
        Grant("", "pods", "*"),
        Grant("apps", "*", "get"),
        Grant("*", "pods", "get"),
        Grant("apps", "*/scale", "patch"),
        Grant("", "secrets", "list", "just-one"),
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
        Grant("shop.example", "secrets", "get"),
    ],
    ids=str,
)
def test_what_chaos_needs_is_not(grant: Grant) -> None:
    assert not is_dangerous(grant)


FOUND = Comparison(
    lacking={"shop": frozenset({DELETE})},
    dangerous={EVERYWHERE: frozenset({ALL}), "shop": frozenset({SECRETS})},
    needless={"shop": frozenset({WATCH})},
)
NOTHING = Comparison(lacking={}, dangerous={}, needless={})


def test_everything_is_told_place_by_place() -> None:
    assert sentence(FOUND.dangerous) == (
        "in every namespace: everything, as cluster-admin; in shop: get secrets"
    )


@pytest.mark.parametrize("production", [True, False])
def test_a_danger_always_refuses_and_a_lack_only_in_production(production: bool) -> None:
    verdict = judge("a", FOUND, listed=True, production=production)
    assert verdict.refusal.startswith(
        "account a can do what leads to more, and its rights file does not list it: in every namespace:"
    )
    lack = "lacks what its queue needs: in shop: delete pods"
    assert (lack in verdict.refusal) is production
    assert any(lack in each for each in verdict.warnings) is not production
    assert any("has more than its queue needs: in shop: watch pods" in each for each in verdict.warnings)
    assert all("\n" not in each for each in (verdict.refusal, *verdict.warnings))


def test_an_account_that_fits_is_not_worth_a_word() -> None:
    verdict = judge("a", NOTHING, listed=True, production=True)
    assert (verdict.refusal, verdict.warnings) == ("", ())


def test_without_a_rights_file_the_refusal_says_so() -> None:
    refusal = judge("a", FOUND, listed=False, production=True).refusal
    assert "and no rights file lists it" in refusal


def test_a_rule_with_wildcards_is_dangerous_as_a_whole() -> None:
    rule = {"apiGroups": ["*"], "resources": ["pods"], "verbs": ["get", "list"]}
    assert all(map(is_dangerous, granted([rule])))
