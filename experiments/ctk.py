"""The bridge to modules written for Chaos Toolkit: what they expect to find in its library while they run.

Only looked at where such a module has imported that library itself; nothing of ours needs it. What it keeps
in a context variable is set for the thread that runs the module, so that runs side by side do not meet. What
it keeps in globals (its cache of activities, its global controls) is empty here: a module that reads it
finds nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from experiments.model import Json


def adopt(settings: Mapping[str, Json]) -> None:
    """Let `chaoslib.settings.get_loaded_settings()` answer with these in this thread, and no others."""
    module = sys.modules.get("chaoslib.settings")
    loaded: Any = getattr(module, "loaded_settings", None)
    if callable(getattr(loaded, "set", None)) and loaded.get(None) != settings:
        loaded.set(dict(settings))
