"""A control that judges its own declaration, as the safeguards of Chaos Toolkit's addons do."""

from __future__ import annotations

from typing import Any

from chaoslib.exceptions import InvalidActivity


def validate_control(control: Any) -> None:
    if not control["provider"].get("arguments", {}).get("probes"):
        raise InvalidActivity("it must have at least one probe")


def before_experiment_control(context: Any, probes: Any) -> None:
    return None
