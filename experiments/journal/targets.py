"""Whom a run hit, as data and in words."""

from __future__ import annotations

from collections.abc import Iterable

from experiments.faults.injection import Injection
from experiments.faults.intent import Intent, Target, Undone
from experiments.model import Json

#: Targets that a sentence names; the journal has all of them.
SHOWN_HITS = 3


def hits(injections: Iterable[Injection]) -> str:
    """Whom a run has hit, or would have: `hit pods/a in shop, ... and 2 more`; empty for nobody."""
    known = list(injections)
    if not known:
        return ""
    verb = "would have hit" if all(each.dry for each in known) else "hit"
    return f"{verb} {named(str(each.intent.target) for each in known)}"


def named(targets: Iterable[str]) -> str:
    """The first few by name, the others by number."""
    known = list(targets)
    more = f" and {len(known) - SHOWN_HITS} more" if len(known) > SHOWN_HITS else ""
    return f"{', '.join(known[:SHOWN_HITS])}{more}"


def as_target(injection: Injection) -> dict[str, Json]:
    """One of the journal's `targets`."""
    return {**_of(injection.intent), "at": injection.at.isoformat(), "dry": injection.dry}


def as_undo(intent: Intent, undone: Undone) -> dict[str, Json]:
    """One of the journal's `undos`."""
    return {**_of(intent), "result": undone.result.value, "detail": undone.detail}


def as_object(target: Target, step: str, fault: str) -> dict[str, Json]:
    """What `targets` and `undos` say of the object: the step that hit it, and the fault's id."""
    return {
        "step": step,
        "resource": target.resource,
        "namespace": target.namespace,
        "name": target.name,
        "uid": target.uid,
        "api_version": target.api_version,
        "fault": fault,
    }


def _of(intent: Intent) -> dict[str, Json]:
    return as_object(intent.target, intent.step, intent.id)
