"""A run at a command line: no ledger, no queue, everything allowed that the person may do (DESIGN D13)."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from threading import Event

from experiments.chance import Draw
from experiments.clock import Clock
from experiments.engine.host import Host
from experiments.engine.progress import Progress
from experiments.engine.stop import Stop
from experiments.faults.injection import Faults, RunIdentity
from experiments.faults.intent import EXPIRY_GRACE
from experiments.faults.memory import MemoryIntents
from experiments.kubernetes.gateway import Gateway
from experiments.kubernetes.reversal import Reversal
from experiments.library import resolve
from experiments.model import Json
from experiments.policy import Policy

#: Where such a run says it comes from; no reaper has this queue, a person undoes by hand.
QUEUE = CLUSTER = "laptop"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """What the command line says about one run."""

    dry: bool = False
    seed: str = ""  #: hex; empty: a new one
    keep_faults: bool = False
    deadline: int = 1800  #: seconds
    kubeconfig: str | None = None
    context: str | None = None
    values: Mapping[str, Json] = field(default_factory=dict)


def laptop_host(options: RunOptions, stop: Stop, clock: Clock, progress: Callable[[Progress], None]) -> Host:
    """The host of one run; the cluster is connected when an activity first asks for it."""
    gateway = Gateway.connect(kubeconfig=options.kubeconfig, context=options.context)
    seed = options.seed or secrets.token_hex(32)
    identity = RunIdentity(
        run=f"run-{clock.now():%Y%m%dt%H%M%Sz}-{secrets.token_hex(2)}",
        epoch=1,
        queue=QUEUE,
        cluster=CLUSTER,
        expires=clock.now() + timedelta(seconds=options.deadline) + EXPIRY_GRACE,
    )
    return Host(
        clock=clock,
        stop=stop,
        draw=Draw(bytes.fromhex(seed)),
        faults=Faults(identity=identity, log=MemoryIntents(), clock=clock, stop=stop, dry=options.dry),
        reverser=Reversal(gateway),
        resolve=resolve,
        injectables={Gateway: gateway},
        policy=Policy.laptop(),
        environment=os.environ,
        values=options.values,
        dry=options.dry,
        keep_faults=options.keep_faults,
        progress=progress,
        run_id=identity.run,
        run_seed=seed,
        sleep=partial(_sleep, Event()),
    )


def _sleep(never: Event, seconds: float) -> None:
    never.wait(seconds)
