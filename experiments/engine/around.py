"""The hooks of controls around a part of the run; a run without controls pays nothing for them."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Generator, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace

from experiments.controls.controls import Controls, Facts
from experiments.controls.hook import Level
from experiments.engine.caught import Caught
from experiments.engine.running import Ending, Running
from experiments.journal import Journal
from experiments.model import Activity, Control, Experiment, Json, Outcome
from experiments.shapes import is_dict


@dataclass(slots=True)
class Part:
    """What hooks are told of: given before, and what came of it."""

    context: object
    state: object = None


def around(
    running: Running,
    level: Level,
    context: object = None,
    own: Sequence[Control] = (),
    *,
    event: str = "",
) -> AbstractContextManager[Part]:
    """The hooks before, the block, then the hooks after, however the block ends.

    Handlers are told `start_<event>` and `<event>_completed`, in Chaos Toolkit's words.
    """
    if running.controls is None:
        return nullcontext(Part(context))
    return _around(running.controls, level, context, own, event)


@contextmanager
def _around(
    controls: Controls, level: Level, context: object, own: Sequence[Control], event: str
) -> Generator[Part, None, None]:
    part = Part(controls.live.experiment if context is None else context)
    event, live = event or level.value, controls.live.experiment
    controls.before(level, part.context, own)
    shown = dict(part.context) if is_dict(part.context) else None  # handlers mark it as their own
    controls.handlers.tell(f"start_{event}", experiment=live, activity=shown)
    try:
        yield part
    finally:
        entry = part.state or {"activity": shown, "output": None}
        told = {"experiment": live, "activity": shown, "state": part.state, "run": entry}
        controls.handlers.tell(f"{event}_completed", **told)
        controls.after(level, part.context, part.state, own)


def playlist(running: Running, section: str, declared: Sequence[Activity]) -> Iterator[tuple[int, Activity]]:
    """The activities of a section, and those that a control puts in while it is played."""
    controls = running.controls
    return enumerate(controls.live.activities(section, declared) if controls else declared)


def controlled(experiment: Experiment, running: Running) -> Controls | None:
    """The controls of a run; None where it has none."""
    host = running.host
    own = experiment.hypothesis.controls if experiment.hypothesis else ()
    nested = any(activity.controls for activity in experiment.activities())
    if not (host.controls or experiment.controls or own or nested):
        return None
    return Controls(
        host.controls,
        experiment,
        policy=host.policy,
        stop=host.stop,
        warn=running.warn,
        runtime=running.runtime,
    )


def open_controls(running: Running) -> Ending | None:
    """Each is configured, then told that the experiment begins; what it adds to the configuration counts.

    The run ends here where a control says that its own declaration is not valid.
    """
    if running.controls is None:
        return None
    configuration = _live_configuration(running)
    surroundings = running.phase.around
    facts = Facts(
        configuration=configuration,
        secrets={name: surroundings.secrets.group((name,)) for name in surroundings.secrets.groups},
        settings=running.host.settings,
        substituted=surroundings.substituted,
    )
    if objection := running.controls.configure(facts):
        return Ending(outcome=Outcome.ERROR, reason=running.said(objection))
    running.controls.before(Level.EXPERIMENT, running.controls.live.experiment)
    return None


def close_controls(running: Running, journal: Journal) -> Journal:
    """Each is told how the run ended and cleans up; what they say then is a warning in the journal."""
    if running.controls is None:
        return journal
    document = journal.as_dict()
    with Caught():
        running.controls.after(Level.EXPERIMENT, running.controls.live.experiment, document)
    with Caught():
        running.controls.clean_up()
    running.controls.handlers.tell("finish", journal=document)
    return replace(journal, warnings=tuple(running.warnings))


def _live_configuration(running: Running) -> dict[str, Json]:
    """What hooks change in it at any time, everything that comes later sees."""
    around = running.phase.around
    configuration = dict(around.configuration)
    names = ChainMap(configuration, around.secrets.names())
    running.phase = replace(running.phase, around=replace(around, configuration=configuration, names=names))
    return configuration
