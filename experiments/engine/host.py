"""Everything a run gets from outside."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from experiments.chance import Draw
from experiments.clock import Clock
from experiments.engine.progress import Progress
from experiments.engine.stop import Stop
from experiments.faults.injection import Faults, Reverser
from experiments.format.secrets import Source
from experiments.model import Control, DryMode, Json, Runtime
from experiments.policy import Policy
from experiments.providers.surroundings import Resolve


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """The place where one run happens: a worker's child, a command line, a test."""

    clock: Clock
    stop: Stop
    draw: Draw
    faults: Faults
    reverser: Reverser
    #: Our own library; what it does not know is imported, if the policy allows.
    resolve: Resolve = lambda _module, _function: None
    #: What library functions may ask for by type, e.g. `{Gateway: gateway}`.
    injectables: Mapping[type, object] = field(default_factory=dict[type, object])
    policy: Policy = field(default_factory=Policy)
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    #: Values that replace the experiment's configuration.
    values: Mapping[str, Json] = field(default_factory=dict[str, Json])
    #: Who is asked for secrets of `type: vault`, given the run's configuration; None: nobody.
    vault: Callable[[Mapping[str, Json]], Source] | None = None
    #: How the run goes, where the command line says otherwise than the file.
    runtime: Runtime | None = None
    #: Nothing is changed: our own faults choose their targets, other actions are only named.
    dry: bool = False
    #: What Chaos Toolkit's dry modes leave out, where the command line says so.
    left_out: DryMode | None = None
    #: Around every run of this host, before those of the file.
    controls: tuple[Control, ...] = ()
    #: Chaos Toolkit's settings, for controls that ask for them.
    settings: Mapping[str, Json] = field(default_factory=dict[str, Json])
    #: Leave our own faults in at the end; only a person at a command line may say so.
    keep_faults: bool = False
    progress: Callable[[Progress], None] = lambda _event: None
    run_id: str = ""
    schedule: str = ""
    run_seed: str = ""
    #: How often an undo is tried before it is left to the reaper.
    undo_attempts: int = 4
    #: Waits between these tries; never the run's own stop, which must not keep a fault in.
    sleep: Callable[[float], None] = field(default_factory=lambda: Stop().wait)
