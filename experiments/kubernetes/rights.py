"""Which rights an activity needs, as data beside it: manifests and checks are made from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Right(NamedTuple):
    """Verbs on one resource, in the namespace of the target."""

    group: str  #: empty for the core group
    resource: str
    verbs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """Everything that one activity takes with it."""

    call: tuple[Right, ...]  #: what it asks the API server for itself
    undo: tuple[Right, ...] = ()  #: what looks at its fault and undoes it, also in the hands of a reaper
    sweep: tuple[Right, ...] = ()  #: what finds the marks of such faults
