"""What is wrong with the processes of a state folder, one sentence each: pure but for reading the folder.

Alive means that it goes round: a process that is up and does nothing is restarted, but a worker never because
Redis is away, for its reaper undoes what expires meanwhile. Ready means that it may be given work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from workers.pulse import Act, Role

#: Seconds without a sign of life after which a process is restarted: longer than a look that nobody answers.
ALIVE_SECONDS = 60.0
#: Seconds after which it gets no work: the time within which a child stops injecting by itself.
READY_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Sign:
    """Something that is in order while any one of its acts is young."""

    what: str
    why: str  #: what may be wrong when none is
    acts: tuple[Act, ...]


TICKS = Sign("last tick", "it hangs", (Act.TICKED, Act.WAITING))
SCHEDULES = Sign(
    "last pass with a repo in force and a ledger that answers", "one of them is missing", (Act.SCHEDULED,)
)
REAPS = Sign("last round of its reaper", "it hangs", (Act.LOOKED, Act.MISSED, Act.WAITING))
#: A look that failed excuses the consumer for as long: it needs up to half a minute to connect again.
CONSUMES = Sign(
    "last answer of the broker, or look that failed",
    "it has stopped consuming, or hangs",
    (Act.POLLED, Act.MISSED, Act.WAITING),
)
#: The notifier has no reaper; all its work is in Redis, so a restart in an outage leaves nothing undone.
LISTENS = Sign("last answer of the broker", "Redis is away, or the process hangs", (Act.POLLED, Act.WAITING))
ANSWERED = Sign("last answer of the broker", "Redis is away, or the process hangs", (Act.POLLED,))
LOOKS = Sign("last look of its reaper at the ledger", "Redis is away or refuses its user", (Act.LOOKED,))


@dataclass(frozen=True, slots=True)
class Question:
    """Which signs of each role must be how young, in seconds."""

    within: float
    signs: Mapping[Role, tuple[Sign, ...]]
    leaving: bool  #: whether one that was told to stop fits in any case


LIVE = Question(
    ALIVE_SECONDS,
    {Role.BEAT: (TICKS,), Role.WORKER: (REAPS, CONSUMES), Role.NOTIFIER: (LISTENS,)},
    leaving=True,
)
READY = Question(
    READY_SECONDS,
    {Role.BEAT: (SCHEDULES,), Role.WORKER: (ANSWERED, LOOKS), Role.NOTIFIER: (ANSWERED,)},
    leaving=False,
)


def complaints(folder: Path, question: Question, now: float) -> list[str]:
    """Why the answer is no, over all processes that began in the folder; empty when it is yes."""
    begun = [role for role in Role if (folder / role).is_dir()]
    if not begun:
        return [f"no process has begun in {folder}: it only starts, or has another COWBANE_STATE_DIR"]
    return [each for role in begun for each in _of(role, folder / role, question, now)]


def _of(role: Role, place: Path, question: Question, now: float) -> list[str]:
    if _age(place / Act.LEAVING, now) < float("inf"):
        return [] if question.leaving else [f"{role}: it was told to stop"]
    ages = {sign: min(_age(place / act, now) for act in sign.acts) for sign in question.signs[role]}
    return [
        _sentence(role, sign, age, question.within) for sign, age in ages.items() if age > question.within
    ]


def _sentence(role: Role, sign: Sign, age: float, within: float) -> str:
    begun = age < float("inf")
    when, why = (f"{age:.0f} s ago", sign.why) if begun else ("none yet", f"it starts, or {sign.why}")
    return f"{role}: {sign.what} {when}, expected within {within:g} s: {why}; its log says more"


def _age(path: Path, now: float) -> float:
    """Seconds since it was noted; infinite when it never was."""
    try:
        return now - path.stat().st_mtime
    except FileNotFoundError:
        return float("inf")
