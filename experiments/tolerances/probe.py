"""A probe as a tolerance: it is asked about the value and must answer with something true."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from experiments.failures import ActivityFailed
from experiments.tolerances.answer import told
from experiments.tolerances.verdict import Verdict

#: Asks the probe a tolerance describes, with `value` as an extra argument.
Ask: TypeAlias = Callable[[Mapping[str, object], object], object]


def judged_by(tolerance: Mapping[str, object], value: object, ask: Ask) -> Verdict:
    """Met when the probe's answer is true; a probe that fails has not confirmed the value.

    So a program says yes even when it exits with 1: its answer is a mapping, as in Chaos Toolkit.
    """
    expected = f"{tolerance.get('name', 'the probe')} to accept {told(value)}"
    try:
        answer = ask(tolerance, value)
    except ActivityFailed as failed:
        return Verdict(met=False, expected=expected, found=str(failed))
    return Verdict(met=bool(answer), expected=expected, found=told(answer))
