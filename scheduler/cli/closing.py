"""What a person reads below the verdict: how long it took, where the journal is, what is left to do."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.faults.intent import UndoResult
from scheduler.cli.screen import Line

if TYPE_CHECKING:
    from experiments.compat import Theirs
    from experiments.journal import Journal
    from scheduler.laptop import RunOptions


def closing(journal: Journal, options: RunOptions, path: Path, theirs: Theirs | None) -> Iterator[Line]:
    """The lines after the run, the most urgent one last."""
    yield Line(f"  took {journal.duration:.1f} s; journal: {path}")
    if theirs is not None:
        flag = ", deviated" if theirs.deviated else ""
        yield Line(f"  as Chaos Toolkit: {theirs.status}{flag}; exit {theirs.exit_code}")
    yield from left(journal, options)


def left(journal: Journal, options: RunOptions) -> Iterator[Line]:
    """What a person must put right; nothing where all is undone."""
    failed = [intent for intent, undone in journal.undos if undone.result is UndoResult.FAILED]
    standing = [each.intent for each in journal.injections if not each.dry] if options.keep_faults else []
    if failed:
        targets = ", ".join(str(each.target) for each in failed)
        yield Line(f"Not undone: {targets}. By hand: {_undo(journal, options)}", "red", bold=True)
    elif journal.undo_failed:
        yield Line("A rollback failed: put right by hand what it was to do.", "red", bold=True)
    if standing:
        number = f"{len(standing)} {'faults are' if len(standing) > 1 else 'fault is'}"
        yield Line(f"{number} left in. Undo: {_undo(journal, options)}", "yellow")


def _undo(journal: Journal, options: RunOptions) -> str:
    where = {"--kubeconfig": options.kubeconfig, "--context": options.context}
    given = [word for name, value in where.items() if value for word in (name, value)]
    return shlex.join(["cowbane", "undo", journal.run_id, *given])
