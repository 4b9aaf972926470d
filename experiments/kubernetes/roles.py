"""Rules by namespace, as a rights file and the chart's values hold them, read and checked."""

from __future__ import annotations

from collections.abc import Mapping

from experiments.format.problem import shown
from experiments.kubernetes.grants import Grant, granted
from experiments.shapes import is_list, is_mapping

_LISTS = ("apiGroups", "resources", "verbs")


class NoRoles(Exception):
    """Data that is none; one sentence says where."""


def read_roles(data: object) -> dict[str, frozenset[Grant]]:
    """What each namespace's rules allow there; raises `NoRoles` for anything but a mapping of rules."""
    if not is_mapping(data):
        raise NoRoles(f"expected a mapping of namespaces to RBAC rules, found {shown(data)}")
    return {str(namespace): granted(_rules(str(namespace), rules)) for namespace, rules in data.items()}


def _rules(namespace: str, rules: object) -> list[Mapping[str, object]]:
    if not is_list(rules):
        raise NoRoles(f"{namespace}: expected a list of RBAC rules, found {shown(rules)}")
    for rule in rules:
        if not is_mapping(rule) or not _is_rule(rule):
            wanted = f"expected a rule with {', '.join(_LISTS)} as lists of words"
            raise NoRoles(f"{namespace}: {wanted}, found {shown(rule)}")
    return rules


def _is_rule(rule: Mapping[str, object]) -> bool:
    names = rule.get("resourceNames", [])
    known = set(rule) <= {*_LISTS, "resourceNames"}
    return known and all(_is_words(each) for each in (*(rule.get(key) for key in _LISTS), names))


def _is_words(value: object) -> bool:
    return is_list(value) and all(isinstance(each, str) for each in value)
