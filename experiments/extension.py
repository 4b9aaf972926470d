"""How other people add activities: a function with annotations is one.

    # shop/chaos/actions.py
    def close_tills(store: str, share: float = 0.5) -> list[str]:
        \"\"\"Close a share of the tills; their names.\"\"\"

A file names it by module and function (`shop.chaos.actions`, `close_tills`), its annotations say what a
file may write there, its docstring what people read in `cowbane discover`. What it returns is its output:
plain data, or anything with a `repr`. Whatever it raises is one sentence; `experiments.failures` says more.

In a module named `probes` every function only asks; elsewhere one that does is marked with `@probe`.
Public is what `__all__` names, without one every function of the module that has no leading underscore.

The run passes `configuration` and `secrets` to a function that has parameters of these names, and nothing
else: stop, clock, chance and faults with their undo are for our own library. What a function changes is
undone by the `rollbacks` of the file.

A package that declares the entry point group `cowbane.activities` (a name for people = its module) is
listed by `cowbane discover` and offered by `cowbane init`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from experiments.model import ActivityKind

#: The group of entry points that name modules with activities.
GROUP = "cowbane.activities"

_MARK = "__cowbane_kind__"
F = TypeVar("F", bound=Callable[..., Any])


def probe(function: F) -> F:
    """The same function, known as one that only asks: a promise to change nothing."""
    setattr(function, _MARK, ActivityKind.PROBE)
    return function


def kind_of(function: Callable[..., Any], module: str) -> ActivityKind:
    """What the mark says, else the name of the module; what promises nothing is an action."""
    marked = getattr(function, _MARK, None)
    return marked if isinstance(marked, ActivityKind) else kind_in(module)


def kind_in(module: str) -> ActivityKind:
    """What functions without a mark are there."""
    return ActivityKind.PROBE if module.rpartition(".")[2] == "probes" else ActivityKind.ACTION
