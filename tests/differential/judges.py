"""Probes that judge the answer of another probe, for both engines."""

from __future__ import annotations

from typing import Any


def accepts(value: object = None) -> bool:
    """Whatever comes."""
    return True


def says(word: str = "", value: object = None) -> str:
    """Text, of which only the empty one is a no."""
    return word


def is_at_least(least: float, value: Any = None) -> bool:
    """A number that is not less; raises for what has no order."""
    return bool(value >= least)
