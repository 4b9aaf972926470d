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
from experiments.journal.intents import ToldIntents
from experiments.kubernetes.gateway import Gateway
from experiments.kubernetes.reversal import Reversal
from experiments.library import resolve
from experiments.model import Control, DryMode, Json, Runtime
from experiments.policy import Policy
from experiments.vault import Vault

#: Seconds of a run for which nobody says more or less.
DEADLINE = 1800.0
#: Of an action nothing may be done then, whoever does it.
_WITHOUT_ACTIONS = (DryMode.ACTIONS, DryMode.ACTIVITIES)
#: Where such a run says it comes from; no reaper has this queue, a person undoes by hand.
QUEUE = CLUSTER = "laptop"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """What the command line says about one run."""

    dry: bool = False  #: real probes and a real choice, nothing is changed
    left_out: DryMode | None = None  #: what one of Chaos Toolkit's dry modes leaves out
    seed: str = ""  #: hex; empty: a new one
    keep_faults: bool = False
    deadline: float = DEADLINE  #: seconds; the file's own, where it is smaller, ends the run before
    kubeconfig: str | None = None
    context: str | None = None
    values: Mapping[str, Json] = field(default_factory=dict)
    #: In which secrets and configuration are looked for; None: the machine's own.
    environment: Mapping[str, str] | None = field(default=None, repr=False)
    runtime: Runtime | None = None  #: None: as the file says
    controls: tuple[Control, ...] = ()
    settings: Mapping[str, Json] = field(default_factory=dict, repr=False)


def laptop_host(options: RunOptions, stop: Stop, clock: Clock, progress: Callable[[Progress], None]) -> Host:
    """The host of one run; the cluster is connected when an activity first asks for it.

    `progress` must not raise: it is told of each fault before that goes in.
    """
    gateway = Gateway.connect(kubeconfig=options.kubeconfig, context=options.context)
    seed = options.seed or secrets.token_hex(32)
    environment = os.environ if options.environment is None else options.environment
    faults = _faults(options, stop, clock, progress)
    return Host(
        clock=clock,
        stop=stop,
        draw=Draw(bytes.fromhex(seed)),
        faults=faults,
        reverser=Reversal(gateway),
        resolve=resolve,
        injectables={Gateway: gateway},
        policy=(policy := Policy.laptop()),
        environment=environment,
        values=options.values,
        vault=partial(_vault, policy, environment, stop),
        runtime=options.runtime,
        dry=options.dry,
        left_out=options.left_out,
        controls=options.controls,
        settings=options.settings,
        keep_faults=options.keep_faults,
        progress=progress,
        run_id=faults.run,
        run_seed=seed,
        sleep=partial(_sleep, Event()),
    )


def _faults(options: RunOptions, stop: Stop, clock: Clock, tell: Callable[[Progress], None]) -> Faults:
    identity = RunIdentity(
        run=f"run-{clock.now():%Y%m%dt%H%M%Sz}-{secrets.token_hex(2)}",
        epoch=1,
        queue=QUEUE,
        cluster=CLUSTER,
        expires=clock.now() + timedelta(seconds=options.deadline) + EXPIRY_GRACE,
    )
    return Faults(
        identity=identity,
        log=ToldIntents(MemoryIntents(), tell),
        clock=clock,
        stop=stop,
        dry=options.dry or options.left_out in _WITHOUT_ACTIONS,
    )


def _vault(
    policy: Policy, environment: Mapping[str, str], stop: Stop, configuration: Mapping[str, Json]
) -> Vault:
    return Vault(
        configuration,
        environment,
        stop,
        allows=policy.allows_vault,
        absolute_files=policy.any_secret_file,
    )


def _sleep(never: Event, seconds: float) -> None:
    never.wait(seconds)
