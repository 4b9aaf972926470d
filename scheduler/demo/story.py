"""What there is to tell: the difference between two looks at the system, line by line. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from experiments.faults.intent import Intent
from experiments.model import Outcome
from workers.ledger.records import FireEnd, RunRecord, RunState
from workers.notifier.inbox import Received


class Kind(StrEnum):
    """What a line is about."""

    FIRE = "fire"
    POD = "pod"
    FAULT = "fault"
    GOOD = "good"
    BAD = "bad"
    QUIET = "quiet"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened."""

    kind: Kind
    what: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The system at one moment."""

    runs: Mapping[str, RunRecord] = field(default_factory=dict)
    pods: Mapping[str, bool] = field(default_factory=dict)  #: name -> ready
    faults: Mapping[str, Intent] = field(default_factory=dict)
    messages: tuple[Received, ...] = ()


def told(before: Look, after: Look) -> Iterator[Line]:
    """What happened in between, in an order that makes sense to a reader."""
    yield from _starts(before, after)
    yield from _pods(before, after)
    yield from _faults(before, after)
    yield from _ends(before, after)
    for message in after.messages[len(before.messages) :]:
        first = message.text.strip().splitlines()[0] if message.text.strip() else ""
        yield Line(Kind.MESSAGE, message.kind.value, first)


def _starts(before: Look, after: Look) -> Iterator[Line]:
    for run_id, record in after.runs.items():
        known = before.runs.get(run_id)
        if record.started and not (known and known.started):
            dry = ", dry: it only says whom it would hit" if record.dry else ""
            yield Line(Kind.FIRE, "run", f"{record.order.schedule}{dry}")


def _pods(before: Look, after: Look) -> Iterator[Line]:
    if not before.pods:
        return
    for name in sorted(before.pods.keys() - after.pods.keys()):
        yield Line(Kind.POD, "pod gone", name)
    for name, ready in sorted(after.pods.items()):
        if ready and not before.pods.get(name):
            yield Line(Kind.POD, "pod ready", name)


def _faults(before: Look, after: Look) -> Iterator[Line]:
    for identity, fault in after.faults.items():
        if identity not in before.faults:
            yield Line(Kind.FAULT, "fault in", _described(fault))
    for identity, fault in before.faults.items():
        if identity not in after.faults:
            yield Line(Kind.FAULT, "fault out", _described(fault))


def _described(fault: Intent) -> str:
    match fault.injected:
        case {"fault": str(kind), "value": {"percentage": {"value": share}}}:
            return f"{kind} of {share:g} % of the requests through {fault.target}"
        case _:
            return f"{fault.undo.value} on {fault.target}"


def _ends(before: Look, after: Look) -> Iterator[Line]:
    for run_id, record in after.runs.items():
        known = before.runs.get(run_id)
        if record.state is RunState.ENDED and not (known and known.state is RunState.ENDED):
            yield Line(_mood(record), record.outcome, f"{record.order.schedule}: {record.reason}")


def _mood(record: RunRecord) -> Kind:
    if record.outcome in (FireEnd.SKIPPED, FireEnd.MISSED):
        return Kind.QUIET
    return Kind.GOOD if record.outcome == Outcome.PASSED else Kind.BAD
