"""What a guard must know beside the order; gathered by the worker right before a mutation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from workers.ledger.records import Halt


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The state of the world at one moment."""

    now: datetime  #: by the ledger's clock, UTC
    halt: Halt | None  #: the one that stands
    armed_by_repo: bool  #: `armed` of the repo in force
    other_reapers: int  #: of the same queue, heard lately
    cluster: str  #: the one that this worker acts on
    solo: bool = False  #: a demo or a laptop: one worker is all there is
