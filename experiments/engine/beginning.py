"""A run before its first step."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping

from experiments.engine.around import controlled
from experiments.engine.host import Host
from experiments.engine.progress import Progress
from experiments.engine.running import Phase, Running
from experiments.format.redactor import Redactor
from experiments.format.secrets import resolve_secrets
from experiments.model import Experiment, Json
from experiments.providers.surroundings import Surroundings

log = logging.getLogger("cowbane.engine")


def begin(experiment: Experiment, host: Host) -> Running:
    """Nothing is imported, asked or changed yet."""
    saved: dict[str, Json] = {}
    around = Surroundings(
        stop=host.stop,
        clock=host.clock,
        policy=host.policy,
        resolve=host.resolve,
        environment=host.environment,
        injectables=host.injectables,
        settings=host.settings,
        saved=saved,
    )
    running = Running(
        experiment=experiment,
        runtime=host.runtime or experiment.runtime,
        host=host,
        tell=_unfailing(host.progress),
        phase=Phase(around=around, faults=host.faults),
        start=host.clock.now(),
        began=host.clock.monotonic(),
        redactor=Redactor(_inline(experiment)),
        saved=saved,
    )
    running.controls = controlled(experiment, running)
    return running


def _inline(experiment: Experiment) -> Iterator[Json]:
    """The secrets that the file itself holds, also where somebody replaces them."""
    for declared in (experiment.secrets, experiment.source.get("secrets")):
        if isinstance(declared, Mapping):
            secrets, _ = resolve_secrets(declared, {})
            yield from secrets.values()


def _unfailing(progress: Callable[[Progress], None]) -> Callable[[Progress], None]:
    """Whoever watches may break, e.g. because a pipe was closed: that must not keep a fault in."""

    def tell(event: Progress) -> None:
        try:
            progress(event)
        except Exception:
            log.debug("whoever watches the run cannot be told", exc_info=True)

    return tell
