"""The composition root of beat."""

from __future__ import annotations

import os
import sys
import threading
from functools import cache
from pathlib import Path
from typing import Any

from experiments.clock import Clock, SystemClock
from scheduler.conductor import Conductor
from scheduler.post import CeleryPost
from scheduler.repo.checkouts import Checkouts
from scheduler.repo.load import load
from scheduler.repo.polling import Polling
from scheduler.repo.source import GitSource, source
from scheduler.repo.watch import RepoWatch
from scheduler.seed import SeedError, read_seed
from workers import wiring
from workers.pulse import Act
from workers.settings import SettingsError


def conductor(app: Any) -> Conductor:
    """Beat's conductor from this process's settings; ends the process in one line without a repo."""
    settings, clock, ledger = wiring.settings(), SystemClock(), wiring.ledger()
    try:
        where = source(settings, os.environ)
        given = read_seed(settings.seed_file) if settings.seed_file else b""
    except (SettingsError, SeedError) as wrong:
        sys.exit(f"cowbane: {wrong}")
    return Conductor(
        ledger=ledger,
        repo=_watched(where, settings.state_dir, clock),
        post=CeleryPost(app),
        clock=clock,
        replica=wiring.WORKER,
        cluster=settings.cluster,
        seed=cache(lambda: given or ledger.seed()),
        scheduled=lambda: wiring.pulse().note(Act.SCHEDULED),
    )


def _watched(where: Path | GitSource, state_dir: Path, clock: Clock) -> RepoWatch:
    if isinstance(where, Path):
        return RepoWatch(root=where, load=load, clock=clock)
    checkouts = Checkouts(where.folder(state_dir))
    # A thread of its own, and no one waits for it: a tick must not wait for a git server.
    threading.Thread(target=_polling(where, checkouts, clock).run, name="git", daemon=True).start()
    return RepoWatch(root=checkouts.link, load=load, clock=clock, git=True)


def _polling(where: GitSource, checkouts: Checkouts, clock: Clock) -> Polling:
    try:
        from scheduler.repo.git import GitRemote
    except ModuleNotFoundError as missing:
        sys.exit(f"cowbane: COWBANE_REPO_GIT needs the extra `git`: pip install 'cowbane[git]' ({missing})")
    remote = GitRemote(source=where, clock=clock)
    return Polling(source=where, remote=remote, checkouts=checkouts, pause=threading.Event().wait)
