"""The probe that a tolerance of `type: probe` describes, asked about the value it is to judge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from experiments.engine.activity import invoke
from experiments.failures import ActivityFailed
from experiments.model import HttpProvider, Json, ProcessProvider, Provider
from experiments.plain import plain
from experiments.providers.described import described
from experiments.providers.surroundings import Step, Surroundings

#: The value travels under this name: whatever it contains, nothing in it is substituted.
_NAME = "cowbane_value"


def answer(tolerance: Mapping[str, object], value: object, around: Surroundings, step: Step) -> object:
    """What the probe says about the value; raises `ActivityFailed` when it cannot be asked."""
    source = plain(tolerance)
    try:
        probe = described(source if isinstance(source, dict) else {})
    except ValueError as wrong:
        raise ActivityFailed(f"the tolerance's probe cannot be read: {wrong}") from wrong
    names: dict[str, Json] = {**around.names, _NAME: plain(value)}
    return invoke(_with_value(probe.provider), replace(around, names=names), step)


def _with_value(provider: Provider) -> Provider:
    """`value` among its arguments; a program with a list of words gets none, as in Chaos Toolkit."""
    value: dict[str, Json] = {"value": f"${{{_NAME}}}"}
    if isinstance(provider, ProcessProvider):
        given = provider.arguments
        return replace(provider, arguments={**given, **value}) if isinstance(given, dict) else provider
    if isinstance(provider, HttpProvider):
        return replace(provider, arguments={**(provider.arguments or {}), **value})
    return replace(provider, arguments={**provider.arguments, **value})
