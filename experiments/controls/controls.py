"""The controls of one run: which hooks are called when, and what becomes of what they raise."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextvars import copy_context
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from experiments.beside import beside
from experiments.controls.declared import Declared
from experiments.controls.handlers import Handlers
from experiments.controls.hook import CLEAN_UP, CONFIGURE, VALIDATE, Level, call, complaint, name_of
from experiments.controls.live import Live
from experiments.controls.loaded import Loaded
from experiments.controls.schedule import Schedule
from experiments.ctk import adopt
from experiments.engine.caught import Caught
from experiments.engine.stop import Interrupted, Stop
from experiments.model import Control, Experiment, Json, Runtime, Scope
from experiments.policy import Policy
from experiments.providers.interruption import interruption

#: Seconds for a hook once the run is to stop, and during the undo; one that takes longer is left behind.
LATE_SECONDS, UNDO_SECONDS = 5.0, 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What hooks may ask for by the name of a parameter."""

    #: The run's own: what a hook changes in it, everything that comes later sees.
    configuration: dict[str, Json] = field(default_factory=dict[str, Json])
    secrets: Mapping[str, Json] = field(default_factory=dict[str, Json])
    settings: Mapping[str, Json] = field(default_factory=dict[str, Json])
    substituted: Callable[[Json], Json] = lambda value: value


class Controls:
    """Calls hooks, each control once per level; what they raise is a warning of the run.

    A hook ends the run only by asking for it (`InterruptExecution`), and nothing that it raises keeps a
    fault in. A control that fails to configure, or that is left behind, is called no more.
    """

    def __init__(
        self,
        host: Sequence[Control],
        experiment: Experiment,
        *,
        policy: Policy,
        stop: Stop,
        warn: Callable[[str], None],
        runtime: Runtime | None = None,
        facts: Facts | None = None,
    ) -> None:
        self._runtime = runtime or experiment.runtime
        self.handlers = Handlers(warn, self._runtime.frequency)
        self.live = Live(experiment, warn)
        self._declared = Declared(host, experiment)
        self._loaded = Loaded(policy, warn)
        self._stop = stop
        self._warn = warn
        self._facts = facts or Facts()
        self._configured = self._begun = self._undoing = False

    def configure(self, facts: Facts) -> str:
        """Let each control judge its own declaration, then configure each.

        Why one that guards the run is not usable as the file has it, e.g. safeguards without a probe;
        empty for a run that may begin. Raises `Interrupted`.
        """
        self._facts = facts
        for control in self._declared.in_the_file():
            if objection := self._invalid(control):
                return objection
        self._configured = True
        for control in self._declared.everywhere():
            function = self._loaded.hook(control, CONFIGURE)
            registry = {"event_registry": self.handlers}
            if function and not self._called(control, CONFIGURE, function, registry):
                self._loaded.drop(control)
        self._tell("running", schedule=Schedule.of(self._runtime))
        return ""

    def undo(self) -> None:
        """From now on nothing that a hook raises ends anything: what follows is the undo."""
        self._undoing = True
        if self._stop.requested:
            self._tell("interrupted")

    def clean_up(self) -> None:
        """Call `cleanup_control` of each that was configured."""
        for control in self._declared.everywhere() if self._configured else ():
            if function := self._loaded.hook(control, CLEAN_UP):
                self._called(control, CLEAN_UP, function, {})

    def before(self, level: Level, context: object, own: Sequence[Control] = ()) -> None:
        """Call the hooks before; they may change the context. Raises `Interrupted`."""
        self._begun = self._begun or level is Level.EXPERIMENT
        self._around(level, Scope.BEFORE, own, {"context": context})

    def after(self, level: Level, context: object, state: object, own: Sequence[Control] = ()) -> None:
        """Call the hooks after, with what came of it. Raises `Interrupted`.

        A run that ended before its beginning was told has no end to tell of.
        """
        if self._begun or level is not Level.EXPERIMENT:
            self._around(level, Scope.AFTER, own, {"context": context, "state": state})

    def _invalid(self, control: Control) -> str:
        function = self._loaded.hook(control, VALIDATE)
        if function is None:
            return ""
        provider: dict[str, Json] = {"type": "python", "module": control.provider.module}
        written = dict(control.source) or {"name": control.name, "provider": provider}
        with Caught() as caught, self._stop.exposed():
            function(deepcopy(written))
        if isinstance(caught.error, Interrupted | KeyboardInterrupt):
            raise caught.error
        return "" if caught.error is None else complaint(control, VALIDATE, caught.error)

    def _tell(self, event: str, **more: object) -> None:
        facts = self._facts
        told: dict[str, Any] = {"configuration": facts.configuration, "secrets": dict(facts.secrets), **more}
        self.handlers.tell(event, experiment=self.live.experiment, settings=dict(facts.settings), **told)

    def _around(self, level: Level, scope: Scope, own: Sequence[Control], told: Mapping[str, object]) -> None:
        name = name_of(level, scope)
        for control in self._declared.at(level, own):
            if control.scope in (None, scope) and (function := self._loaded.hook(control, name)):
                self._called(control, name, function, told)

    def _called(
        self, control: Control, name: str, function: Callable[..., object], told: Mapping[str, object]
    ) -> bool:
        return self._attempted(control, name, lambda: self._call(control, name, function, told))

    def _call(
        self, control: Control, name: str, function: Callable[..., object], told: Mapping[str, object]
    ) -> None:
        facts = self._facts
        offered = {
            "experiment": self.live.experiment,
            "extensions": self.live.experiment.get("extensions"),
            "configuration": facts.configuration,
            "secrets": deepcopy(dict(facts.secrets)),
            "settings": deepcopy(dict(facts.settings)),
            **told,
        }
        said = facts.substituted(deepcopy(dict(control.provider.arguments))) if name != CLEAN_UP else {}
        adopt(facts.settings)
        call(function, offered, said if isinstance(said, dict) else {})

    def _attempted(self, control: Control, name: str, attempt: Callable[[], None]) -> bool:
        """Whether it went well; what it raises is a warning, or the end of the run where it asks for that."""
        with Caught() as caught:
            self._within_the_stop(f"{control.name}, {name}", attempt)
        wrong = caught.error
        if wrong is None:
            return True
        if isinstance(wrong, Interrupted | KeyboardInterrupt) and not self._undoing:
            raise wrong
        reason = interruption(wrong)
        if reason is not None and not self._undoing:
            self._stop.request(f"control {control.name}: {reason}")
            raise Interrupted(self._stop.reason) from wrong
        if isinstance(wrong, Interrupted | TimeoutError) and self._is_late:
            self._warn(f"control {control.name}, {name}: it took too long and is called no more: {wrong}")
            self._loaded.drop(control)
        else:
            self._warn(complaint(control, name, wrong))
        return False

    @property
    def _is_late(self) -> bool:
        return self._undoing or self._stop.requested

    def _within_the_stop(self, name: str, attempt: Callable[[], None]) -> None:
        """Interrupted as an activity is; once nothing can interrupt it, what blocks is left behind."""
        if not self._is_late:
            with self._stop.exposed():
                attempt()
            return
        context = copy_context()
        late = self._stop.requested
        beside(
            lambda: context.run(attempt),
            name=name,
            seconds=LATE_SECONDS if late else UNDO_SECONDS,
            stop=Stop() if late else self._stop,
        )
