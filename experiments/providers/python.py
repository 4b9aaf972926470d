"""A Python function: one of our own library, else of any module that the policy allows.

The keyword-only parameters of a library function say by their type what the engine passes in: the
faults of this step (`StepFaults`), its chance (`Draw`), `Stop`, `Clock`, and whatever the host offers.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from types import CoroutineType
from typing import Any, get_type_hints

from experiments.chance import Draw
from experiments.clock import Clock
from experiments.ctk import adopt
from experiments.engine.stop import Interrupted, Stop
from experiments.failures import ActivityFailed
from experiments.faults.injection import StepFaults
from experiments.faults.intent import NotPermitted
from experiments.model import Json, PythonProvider
from experiments.policy import is_own
from experiments.providers.importing import NotImportable, imported
from experiments.providers.interruption import interruption, is_failure
from experiments.providers.sentence import from_exception, one_line
from experiments.providers.surroundings import Resolve, Step, Surroundings


def call(provider: PythonProvider, around: Surroundings, step: Step) -> object:
    """What the function returns; whatever it raises becomes one sentence in an `ActivityFailed`."""
    function, plan = _function(provider, around)
    arguments = dict(provider.arguments) if provider.arguments else {}
    if around.names or around.saved:
        arguments = {name: around.substituted(value) for name, value in arguments.items()}
    _check_namespaces(arguments, plan, around)
    return _called(function, {**arguments, **_passed(provider, plan, around, step)}, around)


def takes_faults(provider: PythonProvider, resolve: Resolve) -> bool:
    """Whether it is a function of our library whose mutations all go through `Faults`."""
    function = resolve(provider.module, provider.func)
    return function is not None and StepFaults in plan_of(function).injected.values()


@dataclass(frozen=True, slots=True)
class Plan:
    """What a function wants passed besides the file's arguments."""

    injected: Mapping[str, type]
    configuration: bool = False
    secrets: bool = False
    namespace: str = ""  #: the default of its `ns`


@lru_cache(maxsize=512)
def plan_of(function: Callable[..., Any], *, own: bool = True) -> Plan:
    """Read off the signature once; only functions of our own library are passed anything by type."""
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError):  # a builtin without a signature
        return Plan({})
    namespace = parameters["ns"].default if "ns" in parameters else ""
    return Plan(
        injected=_injected(function, parameters) if own else {},
        configuration="configuration" in parameters,
        secrets="secrets" in parameters,
        namespace=namespace if isinstance(namespace, str) else "",
    )


def _injected(function: Callable[..., Any], parameters: Mapping[str, inspect.Parameter]) -> dict[str, type]:
    wanted = [name for name, each in parameters.items() if each.kind is inspect.Parameter.KEYWORD_ONLY]
    hints = get_type_hints(function) if wanted else {}
    return {name: hints[name] for name in wanted if isinstance(hints.get(name), type)}


def _function(provider: PythonProvider, around: Surroundings) -> tuple[Callable[..., Any], Plan]:
    if not around.policy.allows_module(provider.module):
        raise ActivityFailed(f"the policy of this worker does not allow the module {provider.module!r}")
    own = around.resolve(provider.module, provider.func)
    if own is not None:
        return own, plan_of(own)
    function = _imported(provider)
    home = _home(function)
    if not around.policy.allows_module(home):  # a module's own imports are attributes of it too
        named = f"{provider.module}.{provider.func}"
        raise ActivityFailed(f"the policy of this worker does not allow {named}: it comes from {home!r}")
    return function, _foreign_plan(function)


def _imported(provider: PythonProvider) -> Callable[..., Any]:
    if is_own(provider.module):  # never somebody else's package of that name: its faults have no undo
        raise ActivityFailed(f"{provider.module}.{provider.func} is not in the library of this version")
    try:
        module = imported(provider.module)
    except NotImportable as wrong:
        raise ActivityFailed(str(wrong)) from wrong
    function: object = getattr(module, provider.func, None)
    if not callable(function):
        raise ActivityFailed(f"{provider.module} has no function {provider.func!r}")
    return function


def _home(function: object) -> str:
    """The module whose code it is; a partial is no more than the function in it."""
    while isinstance(function, partial):
        function = function.func
    return str(getattr(function, "__module__", None) or "")


def _foreign_plan(function: Callable[..., Any]) -> Plan:
    """An object may be called like a function, and have no hash."""
    try:
        return plan_of(function, own=False)
    except TypeError:
        return plan_of.__wrapped__(function, own=False)


def _check_namespaces(arguments: Mapping[str, Json], plan: Plan, around: Surroundings) -> None:
    if around.policy.namespaces is None:
        return
    named: dict[str, Json] = {"ns": plan.namespace} if plan.namespace else {}
    for objection in around.policy.namespace_objections({**named, **arguments}):
        raise ActivityFailed(objection)


def _passed(provider: PythonProvider, plan: Plan, around: Surroundings, step: Step) -> dict[str, object]:
    passed: dict[str, object] = {}
    for name, kind in plan.injected.items():
        value = _by_type(kind, around, step)
        if value is not None:
            passed[name] = value
    if plan.configuration:
        passed["configuration"] = dict(around.configuration)
    if plan.secrets and provider.secrets:
        passed["secrets"] = around.secrets.group(provider.secrets)
    return passed


def _by_type(kind: type, around: Surroundings, step: Step) -> object:
    if kind is StepFaults:
        return step.faults
    if kind is Draw:
        return step.draw
    if kind is Stop:
        return around.stop
    if kind is Clock:
        return around.clock
    return around.injectables.get(kind)


def _called(function: Callable[..., Any], arguments: Mapping[str, object], around: Surroundings) -> object:
    adopt(around.settings)
    try:
        output: object = function(**arguments)
    except (ActivityFailed, NotPermitted):
        raise
    except SystemExit as left:
        raise ActivityFailed(f"it tried to end the process with {left.code!r}") from left
    except Exception as wrong:
        if (reason := interruption(wrong)) is not None:
            around.stop.whole.request(reason)
            raise Interrupted(reason) from wrong
        raise ActivityFailed(one_line(wrong) if is_failure(wrong) else from_exception(wrong)) from wrong
    if isinstance(output, CoroutineType):
        output.close()
        raise ActivityFailed("expected a plain function, found one that is asynchronous (async def)")
    return output
