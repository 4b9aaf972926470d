"""What people hear when a repo is refused: the first problems, and what runs instead."""

from __future__ import annotations

from datetime import datetime

from scheduler.repo.model import Repo
from scheduler.repo.watch import Change
from workers.notifier.events import Event, EventName

#: Problems in one message; the log has them all.
TOLD = 3


def refusal(change: Change, in_force: Repo | None, time: datetime, cluster: str) -> Event:
    """One event for each content that is refused after another one was in force, whoever tells it."""
    errors = [str(each) for each in change.errors]
    more = f" (and {len(errors) - TOLD} more)" if len(errors) > TOLD else ""
    force = in_force.revision[:12] if in_force else ""
    commit = f" of git commit {change.commit[:12]}" if change.commit else ""
    kept = f"revision {force} keeps running" if force else "nothing is scheduled"
    return Event(
        id=f"repo-{change.revision}-after-{force or 'nothing'}/{EventName.VALIDATE_FAILED.value}",
        name=EventName.VALIDATE_FAILED,
        time=time.isoformat(),
        reason=f"the repo{commit} was refused as a whole, {kept}: {'; '.join(errors[:TOLD])}{more}",
        cluster=cluster,
    )
