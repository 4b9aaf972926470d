"""The composition root of beat."""

from __future__ import annotations

import sys
from functools import cache
from typing import Any

from experiments.clock import SystemClock
from scheduler.conductor import Conductor
from scheduler.post import CeleryPost
from scheduler.repo.load import load
from scheduler.repo.watch import RepoWatch
from scheduler.seed import SeedError, read_seed
from workers import wiring
from workers.pulse import Act


def conductor(app: Any) -> Conductor:
    """Beat's conductor from this process's settings; ends the process in one line without a repo."""
    settings, clock, ledger = wiring.settings(), SystemClock(), wiring.ledger()
    if settings.repo is None:
        sys.exit("cowbane: expected COWBANE_REPO, the folder of the YAML repo; it is not set")
    try:
        given = read_seed(settings.seed_file) if settings.seed_file else b""
    except SeedError as wrong:
        sys.exit(f"cowbane: {wrong}")
    return Conductor(
        ledger=ledger,
        repo=RepoWatch(root=settings.repo, load=load, clock=clock),
        post=CeleryPost(app),
        clock=clock,
        replica=wiring.WORKER,
        cluster=settings.cluster,
        seed=cache(lambda: given or ledger.seed()),
        scheduled=lambda: wiring.pulse().note(Act.SCHEDULED),
    )
