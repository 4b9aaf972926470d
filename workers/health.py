"""What is wrong with the processes of a state folder, one sentence each: pure but for reading the folder.

Alive means that it asked the broker, or ticked, lately: a process that is up and does nothing is restarted.
Ready means that it may be given work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from workers.pulse import Act, Role

#: Seconds without a sign of life after which a process is restarted: longer than a Redis that restarts.
ALIVE_SECONDS = 60.0
#: Seconds after which it gets no work: the time within which a child stops injecting by itself.
READY_SECONDS = 10.0

#: What each act is called, and why it may be missing.
WORDS = {
    Act.POLLED: ("last answer of the broker", "Redis is away, or the process hangs"),
    Act.LOOKED: ("last look of its reaper at the ledger", "Redis is away or refuses its user"),
    Act.TICKED: ("last tick", "it hangs"),
    Act.SCHEDULED: ("last pass with a repo in force and a ledger that answers", "one of them is missing"),
}


@dataclass(frozen=True, slots=True)
class Question:
    """Which acts of each role must be how young, in seconds."""

    within: float
    acts: Mapping[Role, tuple[Act, ...]]
    early: bool  #: whether one that still waits for Redis, or was told to stop, fits too


LIVE = Question(
    ALIVE_SECONDS,
    {Role.BEAT: (Act.TICKED,), Role.WORKER: (Act.POLLED,), Role.NOTIFIER: (Act.POLLED,)},
    early=True,
)
READY = Question(
    READY_SECONDS,
    {Role.BEAT: (Act.SCHEDULED,), Role.WORKER: (Act.POLLED, Act.LOOKED), Role.NOTIFIER: (Act.POLLED,)},
    early=False,
)


def complaints(folder: Path, question: Question, now: float) -> list[str]:
    """Why the answer is no, over all processes that began in the folder; empty when it is yes."""
    begun = [role for role in Role if (folder / role).is_dir()]
    if not begun:
        return [f"no process has begun in {folder}: it only starts, or has another COWBANE_STATE_DIR"]
    return [each for role in begun for each in _of(role, folder / role, question, now)]


def _of(role: Role, place: Path, question: Question, now: float) -> list[str]:
    if _age(place / Act.LEAVING, now) < float("inf"):
        return [] if question.early else [f"{role}: it was told to stop"]
    if question.early and _age(place / Act.WAITING, now) <= question.within:
        return []
    ages = {act: _age(place / act, now) for act in question.acts[role]}
    return [_sentence(role, act, age, question.within) for act, age in ages.items() if age > question.within]


def _sentence(role: Role, act: Act, age: float, within: float) -> str:
    what, why = WORDS[act]
    when = f"{age:.0f} s ago" if age < float("inf") else "none yet"
    return f"{role}: {what} {when}, expected within {within:g} s: {why}; its log says more"


def _age(path: Path, now: float) -> float:
    """Seconds since it was noted; infinite when it never was."""
    try:
        return now - path.stat().st_mtime
    except FileNotFoundError:
        return float("inf")
