"""The hooks of controls around a part of the run; a run without controls pays nothing for them."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from experiments.controls.controls import Controls, Facts
from experiments.controls.hook import Level
from experiments.engine.caught import Caught
from experiments.engine.running import Ending, Running
from experiments.journal import Journal
from experiments.model import Activity, Control, Experiment
from experiments.plain import plain


@dataclass(slots=True)
class Part:
    """What hooks are told of: given before, and what came of it."""

    context: object
    state: object = None


@contextmanager
def around(
    running: Running,
    level: Level,
    context: object = None,
    own: Sequence[Control] = (),
    *,
    event: str = "",
) -> Generator[Part, None, None]:
    """The hooks before, the block, then the hooks after, however the block ends.

    Handlers are told `start_<event>` and `<event>_completed`, in Chaos Toolkit's words.
    """
    controls = running.controls
    if controls is None:
        yield Part(context)
        return
    part = Part(controls.live.experiment if context is None else context)
    event, live = event or level.value, controls.live.experiment
    controls.before(level, part.context, own)
    controls.handlers.tell(f"start_{event}", experiment=live, activity=part.context)
    try:
        yield part
    finally:
        told = {"experiment": live, "activity": part.context, "state": part.state, "run": part.state}
        controls.handlers.tell(f"{event}_completed", journal={}, **told)
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
    return Controls(host.controls, experiment, policy=host.policy, stop=host.stop, warn=running.warn)


def open_controls(running: Running) -> Ending | None:
    """Each is configured, then told that the experiment begins; what it adds to the configuration counts."""
    if running.controls is None:
        return None
    surroundings = running.phase.around
    facts = Facts(
        configuration=dict(surroundings.configuration),
        secrets={name: surroundings.secrets.group((name,)) for name in surroundings.secrets.groups},
        settings=running.host.settings,
        substituted=surroundings.substituted,
    )
    running.controls.configure(facts)
    live = running.controls.live.experiment
    running.controls.handlers.tell("started", experiment=live, journal={})
    running.controls.handlers.tell("running", experiment=live, journal={})
    running.controls.before(Level.EXPERIMENT, live)
    if facts.configuration != surroundings.configuration:
        running.configured_with({name: plain(value) for name, value in facts.configuration.items()})
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
