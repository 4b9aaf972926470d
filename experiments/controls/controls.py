"""The controls of one run: which are called where, in which order, and what becomes of what they raise."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass

from experiments.beside import beside
from experiments.controls.handlers import Handlers
from experiments.controls.hook import CLEAN_UP, CONFIGURE, Level, call, name_of
from experiments.controls.live import Live
from experiments.controls.loaded import Loaded
from experiments.ctk import adopt
from experiments.engine.stop import Interrupted, Stop
from experiments.model import Control, Experiment, Json, Scope
from experiments.policy import Policy
from experiments.providers.interruption import interruption
from experiments.providers.sentence import from_exception

#: Seconds for a hook once the run is to stop; one that takes longer is left behind.
LATE_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What hooks may ask for by the name of a parameter."""

    configuration: dict[str, Json]  #: the run's own: a hook before the experiment may add to it
    secrets: Mapping[str, Json]
    settings: Mapping[str, Json]
    substituted: Callable[[Json], Json]


class Controls:
    """Calls hooks, each control once per level: those of the host, then the file's, then the level's own.

    Chaos Toolkit calls some of them several times, and leaves those of the host out of the method and the
    rollbacks where the file has any.
    """

    def __init__(
        self,
        everywhere: Sequence[Control],
        experiment: Experiment,
        *,
        policy: Policy,
        stop: Stop,
        warn: Callable[[str], None],
    ) -> None:
        self.handlers = Handlers(warn)
        self.live = Live(experiment, warn)
        self._everywhere = tuple(everywhere)
        self._experiment = experiment
        self._loaded = Loaded(policy, warn)
        self._stop = stop
        self._warn = warn
        self._undoing = False
        self._facts = Facts(configuration={}, secrets={}, settings={}, substituted=lambda value: value)

    def configure(self, facts: Facts) -> None:
        """Call `configure_control` of each; one that fails is left out of the run. Raises `Interrupted`."""
        self._facts = facts
        for control in self._all():
            function = self._loaded.hook(control, CONFIGURE)
            registry = {"event_registry": self.handlers}
            if function and not self._called(control, CONFIGURE, function, registry):
                self._loaded.drop(control)

    def undo(self) -> None:
        """From now on nothing that a hook raises ends anything: what follows is the undo."""
        self._undoing = True

    def clean_up(self) -> None:
        """Call `cleanup_control` of each."""
        for control in self._all():
            if function := self._loaded.hook(control, CLEAN_UP):
                self._attempted(control, CLEAN_UP, function)

    def before(self, level: Level, context: object, own: Sequence[Control] = ()) -> None:
        """Call the hooks before; they may change the context. Raises `Interrupted`."""
        self._around(level, Scope.BEFORE, own, {"context": context})

    def after(self, level: Level, context: object, state: object, own: Sequence[Control] = ()) -> None:
        """Call the hooks after, with what came of it. Raises `Interrupted`."""
        self._around(level, Scope.AFTER, own, {"context": context, "state": state})

    def _around(self, level: Level, scope: Scope, own: Sequence[Control], told: Mapping[str, object]) -> None:
        name = name_of(level, scope)
        for control in self._at(level, own):
            if control.scope in (None, scope) and (function := self._loaded.hook(control, name)):
                self._called(control, name, function, told)

    def _at(self, level: Level, own: Sequence[Control]) -> list[Control]:
        """A control that is not automatic stands at the experiment itself, and where it is named."""
        file = self._experiment.controls
        above = file if level is Level.EXPERIMENT else [each for each in file if each.automatic]
        return _once([*self._everywhere, *above, *own])

    def _all(self) -> list[Control]:
        hypothesis = self._experiment.hypothesis
        nested = [each.controls for each in self._experiment.activities()]
        return _once(
            [
                *self._everywhere,
                *self._experiment.controls,
                *(hypothesis.controls if hypothesis else ()),
                *(control for controls in nested for control in controls),
            ]
        )

    def _called(
        self, control: Control, name: str, function: Callable[..., object], told: Mapping[str, object]
    ) -> bool:
        facts = self._facts
        said = facts.substituted(deepcopy(dict(control.provider.arguments)))
        offered = {
            "experiment": self.live.experiment,
            "extensions": self.live.experiment.get("extensions"),
            "configuration": facts.configuration,
            "secrets": deepcopy(dict(facts.secrets)),
            "settings": deepcopy(dict(facts.settings)),
            **told,
        }
        arguments = said if isinstance(said, dict) else {}
        adopt(facts.settings)
        return self._attempted(control, name, lambda: call(function, offered, arguments))

    def _attempted(self, control: Control, name: str, attempt: Callable[[], object]) -> bool:
        """Whether it went well; what it raises is a warning, or the end of the run where it asks for that."""
        try:
            self._within_the_stop(f"{control.name}, {name}", attempt)
        except (Exception, SystemExit) as wrong:
            reason = interruption(wrong)
            if reason is None or self._undoing:
                self._warn(f"control {control.name}, {name}: {from_exception(wrong)}")
                return False
            self._stop.request(f"control {control.name}: {reason}")
            raise Interrupted(self._stop.reason) from wrong
        return True

    def _within_the_stop(self, name: str, attempt: Callable[[], object]) -> None:
        """Interrupted as an activity is; once the run is to stop, what blocks is left behind."""
        if self._undoing or self._stop.requested:
            beside(attempt, name=name, seconds=LATE_SECONDS, stop=Stop())
            return
        with self._stop.exposed():
            attempt()


def _once(controls: Sequence[Control]) -> list[Control]:
    """Each by its name, the first of several."""
    found: dict[str, Control] = {}
    for control in controls:
        found.setdefault(control.name, control)
    return list(found.values())
