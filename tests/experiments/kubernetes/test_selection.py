"""Which pods are chosen: a table, and laws."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from controlplane.client import Object
from hypothesis import given
from hypothesis import strategies as st
from playground import draw

from experiments.failures import ActivityFailed
from experiments.kubernetes.selection import Amount, NothingChosen, select


def pod(
    name: str, labels: Mapping[str, str] | None = None, *, created: str = "", gone: bool = False
) -> Object:
    terminating = {"deletionTimestamp": "2026-11-23T12:00:00Z"} if gone else {}
    meta = {"name": name, "namespace": "shop", "uid": f"uid-{name}", "creationTimestamp": created}
    return {"metadata": {**meta, **terminating, "labels": dict(labels or {})}}


PODS = [
    pod("c", created="2026-11-23T10:00:00Z"),
    pod("a", created="2026-11-23T11:00:00Z"),
    pod("b", created="2026-11-23T09:00:00Z"),
]


def names(pods: list[Object], amount: Amount, **more: Any) -> list[str]:
    selection = select(pods, amount, draw(), listed="pod in namespace shop", **more)
    return [each["metadata"]["name"] for each in selection.chosen]


@pytest.mark.parametrize(
    ("amount", "chosen"),
    [
        (Amount(), ["a"]),
        (Amount(qty=2), ["a", "b"]),
        (Amount(qty=9), ["a", "b", "c"]),
        (Amount(all=True), ["a", "b", "c"]),
        (Amount(order="oldest"), ["b"]),
        (Amount(order="oldest", qty=2), ["b", "c"]),
        (Amount(mode="percentage", qty=34), ["a"]),
        (Amount(mode="percentage", qty=1), ["a"]),
        (Amount(mode="percentage", qty=67), ["a", "b"]),
        (Amount(mode="percentage", qty=100), ["a", "b", "c"]),
    ],
    ids=str,
)
def test_the_first_are_chosen(amount: Amount, chosen: list[str]) -> None:
    assert names(PODS, amount) == chosen


@pytest.mark.parametrize(
    ("pods", "more", "guilty"),
    [
        ([], {}, "there is no pod in namespace shop"),
        (PODS, {"name_pattern": "^z"}, r"name_pattern '\^z' 3 -> 0"),
        (PODS, {"protected": ["shop"]}, "'not protected' took the last"),
        ([pod("a", gone=True)], {}, "'not terminating' took the last"),
        ([pod("a", {"cowbane.dev/exempt": "true"})], {}, "'not exempt' took the last"),
        ([pod("a", {"app.kubernetes.io/part-of": "cowbane"})], {}, "'not our own' took the last"),
    ],
)
def test_an_empty_choice_names_the_filter_that_emptied_it(
    pods: list[Object], more: dict[str, Any], guilty: str
) -> None:
    with pytest.raises(NothingChosen, match=guilty):
        names(pods, Amount(all=True), **more)


@pytest.mark.parametrize("mode", ["fixed", "percentage"])
def test_asking_for_none_chooses_none_and_says_so(mode: str) -> None:
    with pytest.raises(NothingChosen, match="'quantity' took the last"):
        names(PODS, Amount(mode=mode, qty=0))


@pytest.mark.parametrize(
    "wrong",
    [{"mode": "half"}, {"order": "newest"}, {"qty": -1}, {"qty": "2"}, {"qty": True}, {"qty": 1.5}],
    ids=str,
)
def test_what_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ActivityFailed, match="must be"):
        Amount(**wrong)


def test_a_pattern_that_is_none_is_refused() -> None:
    with pytest.raises(ActivityFailed, match="no regular expression"):
        names(PODS, Amount(), name_pattern="(")


def test_each_filter_says_what_it_saw_and_left() -> None:
    pods = [*PODS, pod("d", gone=True)]
    selection = select(pods, Amount(qty=1), draw(), listed="pod", name_pattern="[a-d]")
    told = [str(sieve) for sieve in selection.sieves]
    assert told[0] == "name_pattern '[a-d]' 4 -> 4"
    assert told[2] == "not terminating 4 -> 3"
    assert told[-1] == "quantity 3 -> 1"


@given(st.sets(st.text("abcdef", min_size=1), min_size=1), st.integers(1, 100), st.text())
def test_a_random_choice_is_without_replacement_and_repeatable(
    found: set[str], percent: int, seed: str
) -> None:
    pods = [pod(name) for name in sorted(found)]
    amount = Amount(rand=True, mode="percentage", qty=percent)
    chosen, again = (
        [each["metadata"]["name"] for each in select(order, amount, draw(seed), listed="pod").chosen]
        for order in (pods, pods[::-1])
    )
    assert chosen == again
    assert len(set(chosen)) == len(chosen) == max(1, len(pods) * percent // 100)
