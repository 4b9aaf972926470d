"""The module behind a control, imported once when its first hook is asked for."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

from experiments.controls.hook import NAMES
from experiments.model import Control
from experiments.policy import Policy
from experiments.providers.importing import NotImportable, imported


class Loaded:
    """Hooks of controls by name; a control that cannot be loaded has none, and that is said once."""

    def __init__(self, policy: Policy, warn: Callable[[str], None]) -> None:
        self._policy = policy
        self._warn = warn
        self._modules: dict[str, ModuleType | None] = {}
        self._dropped: set[str] = set()

    def hook(self, control: Control, name: str) -> Callable[..., object] | None:
        """The function of that name; None where the module has none."""
        if control.name in self._dropped:
            return None
        module = self._module(control)
        function: object = getattr(module, name, None)
        return function if callable(function) else None

    def drop(self, control: Control) -> None:
        """No hook of it is called any more."""
        self._dropped.add(control.name)

    def _module(self, control: Control) -> ModuleType | None:
        name = control.provider.module
        if name not in self._modules:
            self._modules[name] = self._imported(control, name)
        return self._modules[name]

    def _imported(self, control: Control, name: str) -> ModuleType | None:
        if not self._policy.allows_control(name):
            self._warn(f"control {control.name}: the policy of this worker does not allow module {name!r}")
            return None
        try:
            module = imported(name)
        except NotImportable as wrong:
            self._warn(f"control {control.name}: {wrong}")
            return None
        if not NAMES & set(dir(module)):
            self._warn(f"control {control.name}: {name} has no hook, e.g. before_experiment_control")
        return module
