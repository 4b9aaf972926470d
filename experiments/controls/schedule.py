"""How often the hypothesis is asked beside the method, as handlers of Chaos Toolkit's events are told."""

from __future__ import annotations

from dataclasses import dataclass

from experiments.model import Runtime


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """The attributes of `chaoslib.types.Schedule`; seconds and percent."""

    continuous_hypothesis_frequency: float
    fail_fast: bool
    fail_fast_ratio: float

    @classmethod
    def of(cls, runtime: Runtime) -> Schedule:
        """What the run does."""
        return cls(
            continuous_hypothesis_frequency=runtime.frequency,
            fail_fast=runtime.fail_fast is not None,
            fail_fast_ratio=runtime.fail_fast or 0,
        )
