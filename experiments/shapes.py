"""What a value of unknown type turns out to be, in words that a type checker follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import Any, TypeGuard

#: Where an object has no such part: read, never changed.
NOTHING: dict[str, Any] = {}


def is_dict(value: object) -> TypeGuard[dict[Any, Any]]:
    """A dictionary, of whatever."""
    return isinstance(value, dict)


def is_mapping(value: object) -> TypeGuard[Mapping[Any, Any]]:
    """Whatever has keys and values."""
    return isinstance(value, Mapping)


def is_list(value: object) -> TypeGuard[list[Any]]:
    """A list, of whatever."""
    return isinstance(value, list)


def is_set(value: object) -> TypeGuard[Set[Any]]:
    """A set, of whatever."""
    return isinstance(value, set | frozenset)


def is_items(value: object) -> TypeGuard[Sequence[Any]]:
    """A list or a tuple, of whatever."""
    return isinstance(value, list | tuple)
