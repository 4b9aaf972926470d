"""What an account holds beside what its rights list: pure, one sentence for each thing to say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from experiments.kubernetes.grants import Grant, beyond, told
from workers.account.dangers import EVERYTHING, is_dangerous, is_wildcard

#: By namespace, or for all of them.
Grants = Mapping[str, frozenset[Grant]]
EVERYWHERE = ""

#: What Kubernetes gives to every account: to ask about itself, and to read certificates.
EVERYBODYS = frozenset(
    {
        Grant("authorization.k8s.io", "selfsubjectaccessreviews", "create"),
        Grant("authorization.k8s.io", "selfsubjectrulesreviews", "create"),
        Grant("authentication.k8s.io", "selfsubjectreviews", "create"),
        *(Grant("certificates.k8s.io", "clustertrustbundles", verb) for verb in ("get", "list", "watch")),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Place by place; empty where there is nothing to say."""

    lacking: Grants  #: listed, not held
    wildcards: Grants  #: held, and never least, listed or not
    dangerous: Grants  #: held, not listed, and leading to more
    needless: Grants  #: held, not listed, and no more than a surprise


def compare(listed: Grants, held: Grants) -> Comparison:
    """What is held in every namespace that was looked at counts as held everywhere.

    A wildcard that is listed allows nothing.
    """
    spread = frozenset.intersection(*held.values()) if held else frozenset()
    surplus = {EVERYWHERE: beyond(spread, EVERYBODYS)}
    for place, grants in held.items():
        named = {each for each in listed.get(place, ()) if not is_wildcard(each)}
        surplus[place] = beyond(grants - spread, EVERYBODYS | named)
    wildcards = _those(is_wildcard, surplus)
    rest = {place: beyond(each, wildcards.get(place, ())) for place, each in surplus.items()}
    return Comparison(
        lacking=_some({place: beyond(each, held.get(place, ())) for place, each in listed.items()}),
        wildcards=wildcards,
        dangerous=_those(is_dangerous, rest),
        needless=_those(lambda each: not is_dangerous(each), rest),
    )


def sentence(grants: Grants) -> str:
    """E.g. `in shop: delete pods; in every namespace: everything`."""
    return "; ".join(f"{_where(place)}: {_what(each)}" for place, each in sorted(grants.items()))


def _those(wanted: Callable[[Grant], bool], grants: Grants) -> Grants:
    return _some({place: frozenset(filter(wanted, each)) for place, each in grants.items()})


def _some(grants: Grants) -> Grants:
    return {place: each for place, each in grants.items() if each}


def _where(place: str) -> str:
    return f"in {place}" if place else "in every namespace"


def _what(grants: frozenset[Grant]) -> str:
    return "everything, as cluster-admin" if EVERYTHING in grants else told(grants)
