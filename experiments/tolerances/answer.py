"""The answer of a request or a program, in as few words as tell what happened."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from experiments.shapes import is_dict
from experiments.tolerances.verdict import shown


def has_status(value: object) -> bool:
    """Whether the value is such an answer: a status stands for all of it."""
    return is_dict(value) and "status" in value


def status_of(answer: Mapping[str, object]) -> str:
    """`status 503 Service Unavailable`, `status 1, stderr "no route to host"`."""
    status = answer["status"]
    if "headers" in answer:
        return f"status {shown(status)}{_phrase(status)}"
    complaint = answer.get("stderr")
    said = (
        f", stderr {shown(complaint.strip(), 80)}" if isinstance(complaint, str) and complaint.strip() else ""
    )
    return f"status {shown(status)}{said}"


def told(value: object) -> str:
    """Any value for a sentence; a whole answer by its status."""
    if is_dict(value) and "status" in value and "headers" in value:
        return f"a whole HTTP answer ({status_of(value)})"
    if is_dict(value) and "status" in value and "stdout" in value:
        return f"a program's whole answer ({status_of(value)})"
    return shown(value)


def _phrase(status: object) -> str:
    try:
        return f" {HTTPStatus(status).phrase}" if isinstance(status, int) else ""
    except ValueError:  # a number that nobody registered
        return ""
