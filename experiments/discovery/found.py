"""One activity that a discovery tells."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from experiments.discovery.signature import returned, signature_of
from experiments.extension import kind_of
from experiments.faults.intent import UndoKind
from experiments.format.accepts import Accepts
from experiments.format.library import Signature
from experiments.kubernetes.rights import Rights
from experiments.model import ActivityKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What people and files need to know of it."""

    kind: ActivityKind
    module: str
    name: str
    signature: Signature
    doc: str = ""
    returns: Accepts | None = None  #: None when it does not say
    #: Of our own functions only: how its fault is undone, None when it injects none.
    undo: UndoKind | None = None
    rights: Rights | None = None

    @property
    def summary(self) -> str:
        """The first line of what it says of itself."""
        return self.doc.partition("\n")[0]


def found_in(function: Callable[..., Any], module: str, kind: ActivityKind | None = None) -> Found:
    """A function of other people as an activity."""
    return Found(
        kind=kind or kind_of(function, module),
        module=module,
        name=function.__name__,
        signature=signature_of(function),
        doc=inspect.getdoc(function) or "",
        returns=returned(function),
    )
