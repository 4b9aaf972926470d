"""What Chaos Toolkit says of the same run: its status, its flag, its exit code and its events.

For whoever has programs that read those (`--compat chaostoolkit`). Measured on chaostoolkit-lib 1.44.0, from
the looks at the hypothesis, which it judges by, not from our outcome:

how it went                                        status       deviated  exit  last events
all fine                                           completed    no        0     run-completed
an activity of the method failed                   completed    no        0     run-completed
before the method it does not hold                 completed    no        0     run-completed
before the method a probe failed                   failed       no        1     run-failed
after the method it does not hold                  completed    yes       1     run-completed, run-deviated
after the method a probe failed                    failed       yes       1     run-failed, run-deviated
during: fail-fast ended it                         failed       no        1     run-failed
during: it did not hold, without fail-fast         completed    no        0     run-completed
anything unexpected                                aborted      no        1     run-failed
a signal, a deadline                               interrupted  no        1     run-failed
a rollback failed                                  unchanged

What cannot be equal, because we end earlier, undo more or go on where it breaks:

- It goes on after a failed activity, and so it may deviate at the end. We look no more: `completed`.
- After fail-fast with `continuously` it looks once more, and then it may say `completed` and deviated.
- It never judges a tolerance in the method, nor a look after the undo: `completed`, whatever we found.
- A tolerance that does not fit the answer, an output that JSON cannot hold, a rollback that cannot be
  imported: a traceback there, without a journal and a last event. Here the run goes on, and is told as such.
- A signal while rollbacks are played is `interrupted` there; here they are played to their end.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from experiments.journal import Journal, Status, SteadyState
from experiments.model import Json, Outcome, Runtime

#: The first event of every run.
STARTED = "run-started"


@dataclass(frozen=True, slots=True, kw_only=True)
class Theirs:
    """How Chaos Toolkit ends; `events` in their order, `run-started` first."""

    status: str
    deviated: bool
    exit_code: int
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TheirJournal(Journal):
    """Our journal with their status and flag; `outcome` and `reason` stay ours."""

    theirs: Theirs

    def as_dict(self) -> dict[str, Json]:
        """Every key where it was."""
        return {**Journal.as_dict(self), "status": self.theirs.status, "deviated": self.theirs.deviated}


def as_chaos_toolkit(journal: Journal, runtime: Runtime) -> Theirs:
    """How it ends the same run; `runtime` is how the run went, command line included."""
    deviated = journal.after is not None and not journal.after.met
    status = _status(journal, runtime)
    ended = "run-completed" if status == "completed" else "run-failed"
    return Theirs(
        status=status,
        deviated=deviated,
        exit_code=int(deviated or status != "completed"),
        events=(STARTED, ended, *(["run-deviated"] if deviated else [])),
    )


def told_as_theirs(journal: Journal, theirs: Theirs) -> TheirJournal:
    """The journal with what they say of it."""
    ours: dict[str, Any] = {field.name: getattr(journal, field.name) for field in fields(Journal)}
    return TheirJournal(**ours, theirs=theirs)


def _status(journal: Journal, runtime: Runtime) -> str:
    if journal.outcome is Outcome.INTERRUPTED:
        return "interrupted"
    for look in (journal.before, journal.after):
        if look is not None and not look.met:
            return "completed" if _were_answered(look) else "failed"
    if _failed_fast(journal, runtime):
        return "failed"
    unexpected = journal.outcome in (None, Outcome.ERROR, Outcome.LOST) or _unconfigured(journal)
    return "aborted" if unexpected and journal.after is None else "completed"


def _were_answered(look: SteadyState) -> bool:
    return all(entry.status is Status.SUCCEEDED for entry in look.probes)


def _failed_fast(journal: Journal, runtime: Runtime) -> bool:
    """Whether so many percent of the looks so far did not hold, at one that did not."""
    if runtime.fail_fast is None:
        return False
    bad = 0
    for number, look in enumerate(journal.during, 1):
        bad += not look.met
        if not look.met and 100 * bad >= runtime.fail_fast * number:
            return True
    return False


def _unconfigured(journal: Journal) -> bool:
    """A value that a probe was to give is not there; there it is a traceback."""
    return any(entry.status is not Status.SUCCEEDED for entry in journal.configured)
