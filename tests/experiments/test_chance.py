"""Chance that every replica agrees on."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from experiments.chance import Draw

NAMES = st.lists(st.text(min_size=1), unique=True, min_size=1, max_size=40)
WORDS = st.lists(st.text(), max_size=4)


def chosen(draw: Draw, names: list[str], count: int) -> list[str]:
    return draw.sample(names, count, key=lambda name: name)


@given(st.binary(), WORDS)
def test_the_same_seed_and_words_give_the_same_number_between_0_and_1(seed: bytes, words: list[str]) -> None:
    number = Draw(seed).uniform(*words)
    assert number == Draw(seed).uniform(*words)
    assert 0 <= number < 1


def test_a_draw_never_changes_from_one_version_to_the_next() -> None:
    draw = Draw(b"seed", ("shop", "2026-11-23"))
    assert draw.uniform("0") == 0.741393710513589
    assert draw.derive("run").hex()[:16] == "acd71e8c29e054f2"
    assert chosen(draw, ["a", "b", "c", "d"], 2) == ["a", "b"]


@given(st.binary(max_size=200), st.binary(max_size=200), WORDS)
def test_another_seed_is_another_draw(one: bytes, other: bytes, words: list[str]) -> None:
    assert (Draw(one).derive(*words) == Draw(other).derive(*words)) is (one == other)


@given(WORDS, WORDS)
def test_different_words_never_share_a_draw(one: list[str], other: list[str]) -> None:
    draw = Draw(b"seed")
    assert (draw.derive(*one) == draw.derive(*other)) is (one == other)


@given(WORDS, WORDS)
def test_a_scope_is_the_first_of_the_words(scope: list[str], words: list[str]) -> None:
    assert Draw(b"s").within(*scope).derive(*words) == Draw(b"s").derive(*scope, *words)


@given(NAMES, st.integers(min_value=0, max_value=50))
def test_a_sample_is_without_replacement_and_in_no_order_of_its_candidates(
    names: list[str], count: int
) -> None:
    sample = chosen(Draw(b"seed"), names, count)
    assert len(sample) == len(set(sample)) == min(count, len(names))
    assert set(sample) <= set(names)
    assert chosen(Draw(b"seed"), sorted(names, reverse=True), count) == sample


@given(NAMES, st.integers(min_value=1, max_value=40), st.data())
def test_one_candidate_gone_changes_only_its_own_place(
    names: list[str], count: int, data: st.DataObject
) -> None:
    gone = data.draw(st.sampled_from(names))
    left = [name for name in names if name != gone]
    before = chosen(Draw(b"seed"), names, count)
    after = chosen(Draw(b"seed"), left, count)
    kept = [name for name in before if name != gone]
    assert after[: len(kept)] == kept


def test_every_candidate_is_as_likely_as_the_others() -> None:
    names = [f"pod-{index}" for index in range(5)]
    hits = Counter(chosen(Draw(b"seed").within(str(run)), names, 1)[0] for run in range(2000))
    assert set(hits) == set(names)
    assert all(330 < count < 470 for count in hits.values())  # 400 expected, four sigma is 72
