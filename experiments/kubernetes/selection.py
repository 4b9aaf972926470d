"""Which pods are hit: filters first, then how many, then which; pure, and it says what each filter left.

Empty is never success: it raises `NothingChosen`, which names the filter that emptied it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from experiments.chance import Draw
from experiments.failures import ActivityFailed
from experiments.kubernetes.objects import (
    Object,
    Objects,
    is_exempt,
    is_ours,
    is_terminating,
    metadata_of,
    name_of,
    uid_of,
)

ORDERS = ("alphabetic", "oldest")
MODES = ("fixed", "percentage")


class NothingChosen(ActivityFailed):
    """No target is left; there was nothing to act on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """How many of the candidates, and which of them first."""

    all: bool = False
    rand: bool = False
    mode: str = "fixed"
    qty: int = 1
    order: str = "alphabetic"

    def __post_init__(self) -> None:
        if self.mode not in MODES:
            raise ActivityFailed(f"mode must be one of {', '.join(MODES)}; found {self.mode!r}")
        if self.order not in ORDERS:
            raise ActivityFailed(f"order must be one of {', '.join(ORDERS)}; found {self.order!r}")
        qty: Any = self.qty  # a file may say anything
        if isinstance(qty, bool) or not isinstance(qty, int) or qty < 0:
            raise ActivityFailed(f"qty must be a whole number from 0 on; found {self.qty!r}")

    def of(self, available: int) -> int:
        """Never more than there are; a percentage rounds down, but to zero only when zero is asked."""
        if self.all:
            return available
        if self.mode == "fixed":
            return min(self.qty, available)
        return min(max(available * self.qty // 100, min(self.qty, 1)), available)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sieve:
    """One filter and how many candidates it saw and left."""

    name: str
    before: int
    after: int

    def __str__(self) -> str:
        return f"{self.name} {self.before} -> {self.after}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The chosen, and how it came to them."""

    chosen: tuple[Object, ...]
    sieves: tuple[Sieve, ...]


def select(
    pods: Iterable[Object],
    amount: Amount,
    draw: Draw,
    *,
    listed: str,
    name_pattern: str | None = None,
    protected: Collection[str] = (),
) -> Selection:
    """Choose among the pods that the API server listed; `listed` says which those are."""
    left = list(pods)
    sieves: list[Sieve] = []
    if not left:
        raise NothingChosen(f"there is no {listed}")
    for name, keep in _filters(name_pattern, protected):
        kept = [pod for pod in left if keep(pod)]
        sieves.append(Sieve(name=name, before=len(left), after=len(kept)))
        left = _or_nothing(kept, listed, sieves)
    chosen = _first(left, amount, draw)
    sieves.append(Sieve(name="quantity", before=len(left), after=len(chosen)))
    return Selection(chosen=tuple(_or_nothing(chosen, listed, sieves)), sieves=tuple(sieves))


def _filters(
    name_pattern: str | None, protected: Collection[str]
) -> Iterable[tuple[str, Callable[[Object], bool]]]:
    if name_pattern:
        pattern = _compiled(name_pattern)
        yield f"name_pattern {name_pattern!r}", lambda pod: pattern.search(name_of(pod)) is not None
    yield "not protected", lambda pod: metadata_of(pod).get("namespace") not in protected
    yield "not terminating", lambda pod: not is_terminating(pod)
    yield "not exempt", lambda pod: not is_exempt(pod)
    yield "not our own", lambda pod: not is_ours(pod)


def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as wrong:
        raise ActivityFailed(f"name_pattern is no regular expression: {pattern!r}: {wrong}") from wrong


def _or_nothing(left: Objects, listed: str, sieves: list[Sieve]) -> Objects:
    if not left:
        told = "; ".join(map(str, sieves))
        raise NothingChosen(
            f"no {listed} is left to choose: the filter '{sieves[-1].name}' took the last ({told})"
        )
    return left


def _first(candidates: Objects, amount: Amount, draw: Draw) -> Objects:
    count = amount.of(len(candidates))
    if amount.rand and not amount.all:
        return draw.sample(candidates, count, key=uid_of)
    by_age = amount.order == "oldest"
    return sorted(candidates, key=lambda pod: (_created(pod) if by_age else "", name_of(pod)))[:count]


def _created(pod: Object) -> str:
    return str(metadata_of(pod).get("creationTimestamp", ""))
