"""One fault on one target, as data: the intent, its mark on the object, and how its undo ended.

A fault is an action that changes something. Before its mutation an `Intent` is recorded where it
survives the process, with the pre-image of just the leaves that change; the same data goes onto the
object as its mark, so that anyone with the right finds and undoes it even if the record is lost.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import blake2b

from experiments.model import Json

#: Label on every object that carries a fault.
INJECTED_LABEL = "cowbane.dev/injected"
#: Annotation of one fault; its id follows.
FAULT_ANNOTATION = "cowbane.dev/fault-"
#: Our name in `metadata.managedFields`.
FIELD_MANAGER = "cowbane"
#: A mark that does not fit is refused (annotations of an object share 256 KiB).
MARK_LIMIT = 16 * 1024
#: A mark expires this long after its run's deadline: time for the run's own undo.
EXPIRY_GRACE = timedelta(seconds=60)


class UndoKind(StrEnum):
    """The closed set of typed undos; nothing else in a mark is ever executed."""

    NOTHING = "nothing"  #: cannot or need not be undone: a deleted pod is replaced by its owner
    VIRTUAL_SERVICE_FAULT = "virtual-service-fault"  #: one fault (abort or delay) of one HTTP route


class UndoResult(StrEnum):
    """How one undo ended."""

    UNDONE = "undone"  #: the pre-image is back
    DRIFTED = "drifted"  #: somebody edited the object since; their edit stays, our mark is gone
    GONE = "gone"  #: the object, or our change on it, is not there any more
    NOTHING = "nothing"  #: there is nothing to undo, e.g. for a deleted pod
    FAILED = "failed"  #: it must be tried again


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The object acted on."""

    api_version: str  #: e.g. "v1" or "networking.istio.io/v1"
    resource: str  #: plural, e.g. "pods"
    namespace: str  #: empty for cluster-scoped objects
    name: str
    uid: str

    def __str__(self) -> str:
        return f"{self.resource}/{self.name}" + (f" in {self.namespace}" if self.namespace else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """One fault on one target, as recorded before it is applied and as marked on the object."""

    run: str
    step: str  #: the activity's place and name, e.g. "method-0-abort-half"
    epoch: int  #: of the claim under which it was injected
    queue: str
    cluster: str
    expires: datetime  #: the run's deadline plus grace, UTC
    undo: UndoKind
    target: Target
    injected: Mapping[str, Json] = field(default_factory=dict[str, Json])
    before: Mapping[str, Json] = field(default_factory=dict[str, Json])

    @property
    def id(self) -> str:
        """Deterministic: one fault of one step of one run on one object (G2)."""
        words = "/".join((self.run, self.step, self.target.uid, str(self.injected.get("path", ""))))
        return blake2b(words.encode(), digest_size=8).hexdigest()

    @property
    def annotation(self) -> str:
        """The annotation that carries this fault's mark."""
        return FAULT_ANNOTATION + self.id

    def mark(self) -> str:
        """The mark's JSON, at most 16 KiB; raises `FaultTooLarge` beyond."""
        mark = {
            "v": 1,
            "run": self.run,
            "step": self.step,
            "epoch": self.epoch,
            "queue": self.queue,
            "cluster": self.cluster,
            "expires": self.expires.isoformat(),
            "injected": {"kind": self.undo.value, **self.injected},
            "before": dict(self.before),
        }
        text = json.dumps(mark, separators=(",", ":"), sort_keys=True)
        if len(text.encode()) > MARK_LIMIT:
            raise FaultTooLarge(f"the mark for {self.target} would take {len(text)} bytes; {MARK_LIMIT} fit")
        return text

    @classmethod
    def from_mark(cls, text: str, target: Target) -> Intent:
        """The intent a mark stands for; raises `UnreadableMark` for anything that is not ours."""
        try:
            mark = json.loads(text)
            if mark["v"] != 1:
                raise UnreadableMark(f"a mark of version {mark['v']!r} on {target}; this program reads 1")
            injected = dict(mark["injected"])
            return cls(
                run=str(mark["run"]),
                step=str(mark["step"]),
                epoch=int(mark["epoch"]),
                queue=str(mark["queue"]),
                cluster=str(mark["cluster"]),
                expires=_instant(mark["expires"]),
                undo=UndoKind(injected.pop("kind")),
                target=target,
                injected=injected,
                before=dict(mark["before"]),
            )
        except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError) as wrong:
            raise UnreadableMark(f"a mark that this program cannot read on {target}: {wrong}") from wrong

    def to_json(self) -> str:
        """For the ledger."""
        return json.dumps({"target": asdict(self.target), "mark": self.mark()})

    @classmethod
    def from_json(cls, text: str) -> Intent:
        """What `to_json` wrote."""
        stored = json.loads(text)
        return cls.from_mark(stored["mark"], Target(**stored["target"]))


def _instant(text: str) -> datetime:
    """Aware, in UTC: anybody may write a mark, and a time without a zone cannot be compared."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"expires: expected a time with its zone, got {text}")
    return instant.astimezone(UTC)


class FaultTooLarge(Exception):
    """A fault whose mark does not fit on its object."""


class UnreadableMark(Exception):
    """A mark that is reported, not executed."""


class NotPermitted(Exception):
    """The run may not inject now; its text is the refusal's sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What an undo did, with one sentence for people."""

    result: UndoResult
    detail: str = ""
