"""Our own activities under the names that files use: which function stands behind `chaosk8s.pod.actions`.

Functions take the file's arguments by position or keyword; what is keyword-only (the cluster, the
faults, the draw, the stop, the clock) is given by the engine. Modules are imported when asked for.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping
from functools import cache
from importlib import import_module
from typing import TypeAlias

from experiments.faults.intent import UndoKind
from experiments.format.library import Signature
from experiments.known import KNOWN
from experiments.kubernetes.rights import Rights

Function: TypeAlias = Callable[..., object]

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
    place, functions = _PLACES.get(module, ("", ()))
    if func not in functions:
        return None
    function: Function = getattr(import_module(place), func)
    return function


def rights(module: str, func: str) -> Rights | None:
    """What a function of ours needs of the cluster, with the undo of its fault and the sweep for its marks.

    None when there is no such function: what another module asks a cluster for, nobody declares.
    """
    place, functions = _PLACES.get(module, ("", ()))
    if func not in functions:
        return None
    from experiments.kubernetes import marks, reversal

    tables = import_module(place)
    undo = getattr(tables, "UNDOS", {}).get(func, UndoKind.NOTHING)
    return Rights(call=tables.RIGHTS[func], undo=reversal.RIGHTS[undo], sweep=marks.RIGHTS[undo])


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
        if module not in _PLACES and module not in KNOWN:
            return None
        missing = {func: _parsed(words) for func, words in KNOWN.get(module, {}).items()}
        _, functions = _PLACES.get(module, ("", ()))
        return missing | {func: _inspected(module, func) for func in functions}


@cache
def _inspected(module: str, func: str) -> Signature:
    function = resolve(module, func)
    parameters = inspect.signature(function).parameters.values() if function else ()
    given = [each for each in parameters if each.kind is not inspect.Parameter.KEYWORD_ONLY]
    return Signature(
        arguments=tuple(each.name for each in given),
        required=frozenset(each.name for each in given if each.default is inspect.Parameter.empty),
    )


def _parsed(words: str) -> Signature:
    return Signature(
        arguments=tuple(word.rstrip("?") for word in words.split()),
        required=frozenset(word for word in words.split() if not word.endswith("?")),
        available=False,
    )
