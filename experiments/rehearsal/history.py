"""What happened to the stored objects, in order, for those who watch."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from experiments.rehearsal.kinds import Address, Json
from experiments.rehearsal.status import expired

#: Changes remembered; one who watches from before the oldest has to list again, as on the real server.
REMEMBERED = 10_000


class ChangeType(StrEnum):
    """What a watcher is told about one object."""

    ADDED = "ADDED"
    MODIFIED = "MODIFIED"
    DELETED = "DELETED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One object before and after one version of the store."""

    version: int
    address: Address
    before: Json | None
    after: Json | None


class History:
    """The last changes, oldest first; their versions are consecutive."""

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self._changes: deque[Change] = deque(maxlen=remembered)

    def add(self, change: Change) -> None:
        self._changes.append(change)

    def since(self, version: int) -> Iterator[Change]:
        """Every change after `version`; 410 when some of them are forgotten."""
        oldest = self._changes[0].version if self._changes else version + 1
        if version + 1 < oldest:
            raise expired(f"too old resource version: {version} ({oldest})")
        newest = self._changes[-1].version if self._changes else version
        skip = max(0, len(self._changes) - (newest - version))
        return iter(list(self._changes)[skip:])
