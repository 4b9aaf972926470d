"""Ready experiments for the demo system, as files: to run, to copy, to read.

Only experiment files may live here, and what lists them.
"""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable


def catalog() -> dict[str, Traversable]:
    """The files by name, without their ending, in alphabetical order."""
    found = {entry.name.removesuffix(".yaml"): entry for entry in files(__name__).iterdir()}
    return {name: found[name] for name in sorted(found) if found[name].name.endswith(".yaml")}
