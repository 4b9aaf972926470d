"""Our own activities under the names that files use: which function stands behind `chaosk8s.pod.actions`.

Functions take the file's arguments by position or keyword; what is keyword-only (the cluster, the
faults, the draw, the stop, the clock) is given by the engine. Modules are imported when asked for.
"""

from __future__ import annotations

import inspect
from collections.abc import Collection, Mapping
from functools import cache
from importlib import import_module

from experiments.discovery.signature import Function, signature_of
from experiments.faults.intent import UndoKind
from experiments.format.library import Signature
from experiments.known import KNOWN
from experiments.kubernetes.rights import Rights

_PODS = "experiments.kubernetes.pods"
_WORKLOADS = "experiments.kubernetes.workloads"
_VIRTUAL_SERVICES = "experiments.kubernetes.virtual_services"

#: Module as files name it -> our module, and its functions that are activities.
_PLACES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "chaosk8s.pod.actions": (_PODS, ("terminate_pods",)),
    "chaosk8s.pod.probes": (_PODS, ("count_pods", "pods_in_phase", "pods_in_conditions")),
    "chaosk8s.probes": (_WORKLOADS, ("all_microservices_healthy",)),
    "chaosistio.fault.actions": (
        _VIRTUAL_SERVICES,
        ("add_abort_fault", "remove_abort_fault", "add_delay_fault", "remove_delay_fault"),
    ),
    "cowbane.istio.actions": (
        _VIRTUAL_SERVICES,
        ("abort_random_virtual_service", "delay_random_virtual_service"),
    ),
}
_OWNED = frozenset(name.partition(".")[0] for name in (*_PLACES, *KNOWN))


def resolve(module: str, func: str) -> Function | None:
    """The function of ours behind a name of a file, None when there is none."""
    _, functions = _PLACES.get(module, ("", ()))
    return _function(module, func) if func in functions else None


def rights(module: str, func: str) -> Rights | None:
    """What a function of ours needs of the cluster, with the undo of its fault and the sweep for its marks.

    None when there is no such function: what another module asks a cluster for, nobody declares.
    """
    place, functions = _PLACES.get(module, ("", ()))
    if func not in functions:
        return None
    from experiments.kubernetes import marks, reversal

    kind = undo(module, func) or UndoKind.NOTHING
    call = import_module(place).RIGHTS[func]
    return Rights(call=call, undo=reversal.RIGHTS[kind], sweep=marks.RIGHTS[kind])


def undo(module: str, func: str) -> UndoKind | None:
    """How the fault of a function of ours is undone; None when it injects none."""
    place, functions = _PLACES.get(module, ("", ()))
    undos: Mapping[str, UndoKind] = getattr(import_module(place), "UNDOS", {}) if func in functions else {}
    return undos.get(func)


@cache
def default_namespace(module: str, func: str) -> str:
    """Where a function of ours acts when the file names no namespace; empty when it takes none."""
    function = resolve(module, func)
    namespace = inspect.signature(function).parameters.get("ns") if function else None
    return str(namespace.default) if namespace else ""


def owns(module: str) -> bool:
    """Whether the name belongs to us whether or not it exists: `chaosk8s.*`, `chaosistio.*`, `cowbane.*`."""
    return module.partition(".")[0] in _OWNED


class OurLibrary:
    """The activities of this version, and by name those that are still missing."""

    def owns(self, module: str) -> bool:
        return owns(module)

    def modules(self) -> Collection[str]:
        return sorted({*_PLACES, *KNOWN})

    def activities(self, module: str) -> Mapping[str, Signature] | None:
        return _activities(module) if module in _PLACES or module in KNOWN else None


@cache
def _activities(module: str) -> Mapping[str, Signature]:
    missing = KNOWN.get(module, {}).items()
    _, functions = _PLACES.get(module, ("", ()))
    ours = {func: signature_of(_function(module, func), own=True) for func in functions}
    return {func: Signature.named(words, available=False) for func, words in missing} | ours


def _function(module: str, func: str) -> Function:
    function: Function = getattr(import_module(_PLACES[module][0]), func)
    return function
