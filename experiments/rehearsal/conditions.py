"""Conditions in a status: what holds, since when, and why not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from experiments.rehearsal.kinds import Json


def condition(kind: str, holds: bool, reason: str = "", message: str = "") -> Json:
    """One condition without its time."""
    words = {"type": kind, "status": str(holds), "reason": reason, "message": message}
    return {key: word for key, word in words.items() if word}


def dated(found: Iterable[Json], status: Json, at: datetime) -> list[Json]:
    """The conditions found, each with the time since which it has had its status."""
    known = {each["type"]: each for each in status.get("conditions", [])}
    return [_dated(each, known.get(each["type"], {}), timestamp(at)) for each in found]


def is_ready(body: Json) -> bool:
    """True for a pod or node whose condition Ready holds."""
    found = body.get("status", {}).get("conditions", [])
    return any(each["type"] == "Ready" and each["status"] == "True" for each in found)


def timestamp(at: datetime) -> str:
    """Kubernetes' time: UTC to the second."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _dated(found: Json, known: Json, at: str) -> Json:
    since = known.get("lastTransitionTime", at) if known.get("status") == found["status"] else at
    return {**found, "lastTransitionTime": since}
