"""What the strategies of a file mean: when the hypothesis is asked, and when its rollbacks are played."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields

from experiments.model import HypothesisStrategy, Outcome, RollbackStrategy


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """Around the method, and beside it."""

    before: bool = False
    during: bool = False
    after: bool = False

    def named(self) -> list[str]:
        """Those that are taken, in words."""
        return [field.name for field in fields(self) if getattr(self, field.name)]


LOOKS: Mapping[HypothesisStrategy, Looks] = {
    HypothesisStrategy.DEFAULT: Looks(before=True, after=True),
    HypothesisStrategy.BEFORE: Looks(before=True),
    HypothesisStrategy.AFTER: Looks(after=True),
    HypothesisStrategy.DURING: Looks(during=True),
    HypothesisStrategy.CONTINUOUSLY: Looks(before=True, during=True, after=True),
    HypothesisStrategy.SKIP: Looks(),
}

#: Whether rollbacks are played after a run that touched something and ended like this. Chaos Toolkit's
#: default leaves them out after an interruption or a failure, which is when they are needed.
ROLLBACKS: Mapping[RollbackStrategy, Callable[[Outcome | None], bool]] = {
    RollbackStrategy.DEFAULT: lambda outcome: True,
    RollbackStrategy.ALWAYS: lambda outcome: True,
    RollbackStrategy.NEVER: lambda outcome: False,
    RollbackStrategy.DEVIATED: lambda outcome: outcome is Outcome.DEVIATED,
}
