"""The probe that a tolerance of `type: probe` describes, with the value it is to judge."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from experiments.failures import ActivityFailed
from experiments.model import HttpProvider, ProcessProvider, Provider, PythonProvider
from experiments.plain import plain


def judging(tolerance: Mapping[str, object], value: object) -> Provider:
    """The provider, `value` added to its arguments; the file's shape was checked when it was read."""
    given = tolerance.get("provider")
    if not isinstance(given, Mapping):
        raise ActivityFailed("the tolerance's probe has no provider")
    settings: dict[str, Any] = {str(name): each for name, each in given.items() if name != "type"}
    listed = settings.get("arguments")
    if not isinstance(listed, list | str):
        settings["arguments"] = {**(listed or {}), "value": plain(value)}
    if "secrets" in settings:
        settings["secrets"] = tuple(settings["secrets"])
    try:
        return _KINDS[str(given.get("type"))](**settings)
    except (KeyError, TypeError) as wrong:
        raise ActivityFailed(f"the tolerance's probe cannot be read: {wrong}") from wrong


_KINDS: Mapping[str, type[PythonProvider | ProcessProvider | HttpProvider]] = {
    "python": PythonProvider,
    "process": ProcessProvider,
    "http": HttpProvider,
}
