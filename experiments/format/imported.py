"""Other people's modules, imported to see whether they hold what a file names.

The one place in this package that runs code a file names, and only when a check is asked to.
"""

from __future__ import annotations

import contextlib
import inspect
import sys
from collections.abc import Callable, Mapping
from importlib import import_module

from experiments.discovery.signature import PASSED, Function, signature_of
from experiments.engine.caught import Caught
from experiments.format.expansion import Place
from experiments.format.findings import Findings
from experiments.format.library import Library
from experiments.format.problem import Severity, shown, suggestion
from experiments.format.usage import check_arguments
from experiments.model import Json
from experiments.providers.sentence import from_exception


class NotImported(Exception):
    """Why a module is not there: one sentence."""


class Imported:
    """Imports each module once; what it prints goes to stderr, what it raises becomes a sentence."""

    def __init__(self, load: Callable[[str], object] = import_module) -> None:
        self._load = load
        self._modules: dict[str, object] = {}
        self._failures: dict[str, str] = {}

    def check_activity(
        self, findings: Findings, provider: dict[str, Json], place: Place, library: Library
    ) -> None:
        """A module that cannot be imported, a function it has not, an argument that does not fit: errors."""
        module, func = provider.get("module"), provider.get("func")
        if not isinstance(module, str) or not module:
            return
        try:
            loaded = self._imported(module)
        except NotImported as wrong:
            findings.error(f"{wrong}{suggestion(module, library.modules())}", (*place, "module"))
            return
        if isinstance(func, str) and func:
            _check_function(findings, provider, place, loaded)

    def check_control(self, findings: Findings, provider: dict[str, Json], place: Place) -> None:
        """One that cannot be imported is a warning: a run goes on without it."""
        module = provider.get("module")
        try:
            if isinstance(module, str) and module:
                self._imported(module)
        except NotImported as wrong:
            findings.warning(f"{wrong}; a run goes on without the control", (*place, "module"))

    def _imported(self, name: str) -> object:
        if name not in self._modules and name not in self._failures:
            with Caught() as caught, contextlib.redirect_stdout(sys.stderr):
                self._modules[name] = self._load(name)
            if isinstance(caught.error, KeyboardInterrupt):
                raise caught.error
            if caught.error is not None:
                self._failures[name] = f"module {shown(name)} cannot be imported: {_why(caught.error)}"
        if name in self._failures:
            raise NotImported(self._failures[name])
        return self._modules[name]


def _check_function(findings: Findings, provider: dict[str, Json], place: Place, module: object) -> None:
    func = str(provider["func"])
    function = getattr(module, func, None)
    if not callable(function):
        public = [name for name, each in vars(module).items() if inspect.isfunction(each)]
        near = suggestion(func, public)
        findings.error(f"no function {shown(func)} in {provider['module']}{near}", (*place, "func"))
        return
    parameters = _parameters(function)
    more = parameters is None or any(each.kind is each.VAR_KEYWORD for each in parameters.values())
    check_arguments(
        findings,
        provider,
        place,
        signature_of(function),
        passed=PASSED.intersection(parameters or ()),
        more=more,
        typed=Severity.WARNING,
    )


def _parameters(function: Function) -> Mapping[str, inspect.Parameter] | None:
    """None for a builtin that does not say what it takes."""
    try:
        return inspect.signature(function).parameters
    except (TypeError, ValueError):
        return None


def _why(error: BaseException) -> str:
    if isinstance(error, SystemExit):
        return f"it ended the process with {error.code!r}"
    return from_exception(error)
