"""A function's annotations say what a file may give it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import Enum, IntEnum, StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NewType, TypedDict, TypeVar

import pytest

from experiments.discovery.annotation import accepted
from experiments.discovery.signature import returned, signature_of
from experiments.format.library import Argument

if TYPE_CHECKING:
    from decimal import Decimal

Name = NewType("Name", str)
T = TypeVar("T")


class Mode(StrEnum):
    FIXED = "fixed"
    SHARE = "share"


class Level(IntEnum):
    LOW = 1


class Colour(Enum):
    RED = "red"


class Condition(TypedDict):
    type: str


class Forged:
    """Whatever asks it for a signature gets an error."""

    @property
    def __signature__(self) -> str:
        raise RuntimeError("no")

    def __call__(self) -> None:
        """Nothing."""


@pytest.mark.parametrize(
    ("annotation", "read"),
    [
        (str, "text"),
        (int, "whole number"),
        (float, "number"),
        (bool, "true or false"),
        (None, "nothing"),
        (Any, "anything"),
        (object, "anything"),
        (T, "anything (T)"),
        (Path, "anything (Path)"),
        (bytes, "anything (bytes)"),
        ("nonsense", "anything (nonsense)"),
        (Colour, "anything (Colour)"),
        (Mode, "one of fixed, share"),
        (Level, "one of 1"),
        (Literal["a", "b"], "one of a, b"),
        (Literal["a", None], "one of a or nothing"),
        (Name, "text"),
        (Annotated[int, "seconds"], "whole number"),
        (str | None, "text or nothing"),
        (int | None, "whole number or nothing"),
        (str | list[str], "text or list of text"),
        (int | str | None, "whole number or text or nothing"),
        (int | Any, "anything"),
        (list, "list"),
        (list[str], "list of text"),
        (Sequence[Mapping[str, str]], "list of mapping to text"),
        (tuple[int, ...], "list of whole number"),
        (tuple[int, str], "list of whole number or text"),
        (set[int], "list of whole number"),
        (dict, "mapping"),
        (dict[str, Any], "mapping"),
        (Mapping[str, float], "mapping to number"),
        (Condition, "mapping"),
        (Callable[[], None], "anything (Callable)"),
    ],
)
def test_an_annotation_is_what_a_file_may_write(annotation: object, read: str) -> None:
    assert str(accepted(annotation)) == read


def kill(
    label: str | None = None, qty: int = 1, *, ns: str = "default", secrets: dict[str, str] | None = None
) -> bool:
    """Of the kind that was written for Chaos Toolkit."""
    return bool(label and qty and ns and secrets)


def judged(name: str, price: Decimal, count: int) -> Decimal:
    """One of its types is there for a type checker only."""
    return price * count


def open_ended(name: str, *more: str, configuration: dict[str, str], **rest: int) -> None:
    """Takes what it is given."""


def test_the_arguments_of_other_peoples_functions_are_all_but_those_the_run_passes() -> None:
    signature = signature_of(kill)
    assert signature.arguments == ("label", "qty", "ns")
    assert signature.required == frozenset()
    assert [each.type for each in signature.given] == ["text or nothing", "whole number", "text"]
    assert [each.default for each in signature.given] == [None, 1, "default"]


def test_keyword_only_arguments_of_our_own_are_given_by_the_engine() -> None:
    assert signature_of(kill, own=True).arguments == ("label", "qty")


def test_a_type_that_is_not_there_at_run_time_takes_everything_and_the_others_stay_known() -> None:
    assert [each.type for each in signature_of(judged).given] == ["text", "anything", "whole number"]
    assert returned(judged) is None


def test_what_a_function_answers_is_read_too() -> None:
    assert str(returned(kill)) == "true or false"
    assert str(returned(open_ended)) == "nothing"
    assert returned(len) is None


def test_variable_arguments_have_no_name() -> None:
    assert signature_of(open_ended).given == (Argument(name="name", required=True, accepts=accepted(str)),)


@pytest.mark.parametrize("function", [type, Forged()])
def test_what_has_no_signature_has_no_arguments(function: Callable[..., object]) -> None:
    assert signature_of(function).given == ()


def test_a_function_is_read_once() -> None:
    assert signature_of(kill) is signature_of(kill)
