"""What is granted is read from bindings, and compared place by place with what is needed."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from experiments.kubernetes.grants import Grant, rules
from scheduler.rights.gaps import differences, excess
from scheduler.rights.granted import EVERYWHERE, of_objects, of_values
from scheduler.rights.manifests import manifests, plain_values, values
from scheduler.rights.needs import Need, Needs, Part

LIST, DELETE, SECRETS = Grant("", "pods", "list"), Grant("", "pods", "delete"), Grant("", "secrets", "get")
NEEDED = {
    "q": Needs(
        known=tuple(Need(namespace="a", grant=each, activity="it", part=Part.CALL) for each in (LIST, DELETE))
    )
}
SUBJECT = {"kind": "ServiceAccount", "name": "cowbane-worker-q", "namespace": "cowbane"}


def role(kind: str, name: str, *grants: Grant, namespace: str = "") -> dict[str, Any]:
    return {"kind": kind, "metadata": metadata(name, namespace), "rules": rules(grants)}


def binding(kind: str, to: str, name: str, namespace: str = "", *subjects: dict[str, str]) -> dict[str, Any]:
    about, reference = metadata(name, namespace), {"kind": to, "name": name}
    return {"kind": kind, "metadata": about, "roleRef": reference, "subjects": [*(subjects or [SUBJECT])]}


def metadata(name: str, namespace: str) -> dict[str, str]:
    return {"name": name, **({"namespace": namespace} if namespace else {})}


READER, ADMIN = role("Role", "r", LIST, namespace="a"), role("ClusterRole", "admin", SECRETS)
READS, RULES = binding("RoleBinding", "Role", "r", "a"), binding("RoleBinding", "ClusterRole", "admin", "a")


@pytest.mark.parametrize(
    ("objects", "places"),
    [
        ([READER, READS], {"a": {LIST}}),
        ([READER], None),
        ([READS], {"a": set()}),
        ([READER, binding("RoleBinding", "Role", "r", "b")], {"b": set()}),
        ([ADMIN, RULES], {"a": {SECRETS}}),
        ([ADMIN, binding("ClusterRoleBinding", "ClusterRole", "admin")], {EVERYWHERE: {SECRETS}}),
        ([READER, ADMIN, READS, RULES], {"a": {LIST, SECRETS}}),
        ([READER, binding("RoleBinding", "Role", "r", "a", {**SUBJECT, "kind": "User"})], None),
        ([READER, binding("RoleBinding", "Role", "r", "a", {**SUBJECT, "namespace": "other"})], None),
        ([READER, binding("RoleBinding", "Role", "r", "a", {**SUBJECT, "name": "other-worker-q"})], None),
    ],
)
def test_an_account_can_do_what_is_bound_to_it(
    objects: list[dict[str, Any]], places: dict[str, set[Grant]] | None
) -> None:
    found = of_objects(objects, "cowbane", "cowbane")
    assert found == ({} if places is None else {"q": places})


def test_what_is_printed_grants_exactly_what_is_needed() -> None:
    objects = yaml.safe_load_all(manifests(NEEDED, "cowbane", "ops"))
    for granted in (
        of_objects(objects, "cowbane", "ops"),
        of_values(yaml.safe_load(values(NEEDED))),
        of_values(plain_values(NEEDED)),
    ):
        assert granted == {"q": {"a": {LIST, DELETE}}}
        assert differences(NEEDED, granted) == []
        assert excess(NEEDED, granted) == []


def test_a_difference_is_told_in_both_directions_also_of_queues_that_are_gone() -> None:
    reads = frozenset({LIST})
    granted = {"q": {"a": frozenset({LIST, SECRETS}), "b": reads}, "old": {"a": reads}}
    found = [(each.queue, each.place, each.more, each.less) for each in differences(NEEDED, granted)]
    assert found == [
        ("old", "a", frozenset(), reads),
        ("q", "a", frozenset({DELETE}), frozenset({SECRETS})),
        ("q", "b", frozenset(), reads),
    ]


def test_a_grant_in_every_namespace_is_enough_but_differs_from_one_in_a_single_one() -> None:
    granted = {"q": {EVERYWHERE: frozenset({Grant("", "*", "*")})}}
    assert excess(NEEDED, granted) == []
    assert [(each.place, each.more, each.less) for each in differences(NEEDED, granted)] == [
        (EVERYWHERE, frozenset(), {Grant("", "*", "*")}),
        ("a", {LIST, DELETE}, frozenset()),
    ]


def test_each_need_beyond_is_named() -> None:
    granted = {"q": {"a": frozenset({LIST})}}
    assert [(queue, need.grant) for queue, need in excess(NEEDED, granted)] == [("q", DELETE)]
