"""What an argument takes judges plain data, and says in one sentence what it expected."""

from __future__ import annotations

import pytest

from experiments.format.accepts import ANYTHING, Accepts, Either, ListOf, MappingOf, OneOf, Plain
from experiments.format.library import Argument, Signature
from experiments.model import Json

MAYBE = Either((Plain.TEXT, Plain.NOTHING))
CONDITIONS = ListOf(MappingOf(Plain.TEXT))
ONE_OR_MORE = Either((Plain.TEXT, ListOf(Plain.TEXT)))
MODE = OneOf(("fixed", "percentage"))


@pytest.mark.parametrize(
    ("accepts", "value"),
    [
        (ANYTHING, None),
        (ANYTHING, {"a": [1]}),
        (Plain.TEXT, ""),
        (Plain.WHOLE, -3),
        (Plain.NUMBER, 3),
        (Plain.NUMBER, 0.5),
        (Plain.TRUTH, False),
        (Plain.NOTHING, None),
        (MAYBE, None),
        (MAYBE, "app"),
        (MODE, "fixed"),
        (ListOf(ANYTHING), [1, None]),
        (CONDITIONS, [{"type": "Ready"}]),
        (CONDITIONS, []),
        (ONE_OR_MORE, ["a"]),
        (MappingOf(ANYTHING), {"a": 1}),
    ],
)
def test_what_fits_meets_no_objection(accepts: Accepts, value: Json) -> None:
    assert Argument(name="it", accepts=accepts).objection(value) == ""


@pytest.mark.parametrize(
    ("accepts", "value", "said"),
    [
        (Plain.WHOLE, "three", "it: expected a whole number, found 'three'"),
        (Plain.WHOLE, 3.5, "it: expected a whole number, found 3.5"),
        (Plain.WHOLE, True, "it: expected a whole number, found true"),
        (Plain.NUMBER, False, "it: expected a number, found false"),
        (Plain.TEXT, 3, "it: expected text, found 3"),
        (Plain.TEXT, None, "it: expected text, found nothing"),
        (Plain.TRUTH, "yes", "it: expected true or false, found 'yes'"),
        (Plain.TRUTH, 1, "it: expected true or false, found 1"),
        (MAYBE, ["a"], "it: expected text or nothing, found a list"),
        (MODE, "random", "it: expected one of fixed, percentage, found 'random'"),
        (OneOf((1, 2)), True, "it: expected one of 1, 2, found true"),
        (ListOf(ANYTHING), "ab", "it: expected a list, found 'ab'"),
        (CONDITIONS, [{"type": "Ready"}, {"type": 3}], "it[1].type: expected text, found 3"),
        (CONDITIONS, ["Ready"], "it[0]: expected a mapping, found 'Ready'"),
        (ONE_OR_MORE, 3, "it: expected text or a list, found 3"),
        (ONE_OR_MORE, ["a", 3], "it[1]: expected text, found 3"),
        (MappingOf(ANYTHING), [], "it: expected a mapping, found a list"),
        (MappingOf(Plain.WHOLE), {"a.b": "c"}, "it.a.b: expected a whole number, found 'c'"),
    ],
)
def test_what_does_not_fit_is_named_with_its_place(accepts: Accepts, value: Json, said: str) -> None:
    assert Argument(name="it", accepts=accepts).objection(value) == said


@pytest.mark.parametrize("value", ["${name}", ["${name}"], [{"type": "${name}"}]])
def test_one_reference_fits_everywhere(value: Json) -> None:
    assert Argument(name="it", accepts=CONDITIONS).objection(value) == ""


def test_text_with_a_reference_in_it_stays_text() -> None:
    assert Argument(name="qty", accepts=Plain.WHOLE).objection("${a}${b}")
    assert not Argument(name="qty", accepts=Plain.TEXT).objection("${a}${b}")


def test_a_signature_has_its_arguments_in_their_order() -> None:
    signature = Signature.named("name replicas ns?")
    assert signature.arguments == ("name", "replicas", "ns")
    assert signature.required == {"name", "replicas"}
    assert signature.available
    assert signature.given[2] == Argument(name="ns")


def test_a_signature_asks_its_argument() -> None:
    signature = Signature(given=(Argument(name="qty", accepts=Plain.WHOLE),))
    assert signature.objection("qty", "three") == "qty: expected a whole number, found 'three'"
    assert signature.objection("other", "three") == ""
