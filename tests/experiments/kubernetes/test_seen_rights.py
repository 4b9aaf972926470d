"""What each activity declares is what it is seen to ask for, undo and sweep too: neither more nor less."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Any

import pytest
from playground import Log, Playground, draw
from wiretap import Wiretap, tapped

from experiments.engine.stop import Stop
from experiments.failures import SteadyStateNotMet
from experiments.faults.intent import UndoKind
from experiments.kubernetes import marks, reversal
from experiments.kubernetes.gateway import Gateway
from experiments.kubernetes.grants import of_rights
from experiments.kubernetes.marks import find_marks
from experiments.kubernetes.reversal import Reversal
from experiments.kubernetes.rights import Right, Rights
from experiments.library import OurLibrary, resolve, rights

TO_PRIMARY = [{"destination": {"host": "web"}}]
ABORT: dict[str, Any] = {"http_status": 500, "routes": TO_PRIMARY}
DELAY: dict[str, Any] = {"fixed_delay": "1s", "routes": TO_PRIMARY}
WEB: dict[str, Any] = {"virtual_service_name": "web"}

#: Module and function of a file -> arguments with which it has something to do.
ACTIVITIES: dict[tuple[str, str], dict[str, Any]] = {
    ("chaosk8s.pod.actions", "terminate_pods"): {"grace_period": 0},
    ("chaosk8s.pod.probes", "count_pods"): {},
    ("chaosk8s.pod.probes", "pods_in_phase"): {"raise_on_invalid_phase": False},
    ("chaosk8s.pod.probes", "pods_in_conditions"): {},
    ("chaosk8s.probes", "all_microservices_healthy"): {},
    ("chaosistio.fault.actions", "add_abort_fault"): {**WEB, **ABORT},
    ("chaosistio.fault.actions", "add_delay_fault"): {**WEB, **DELAY},
    ("chaosistio.fault.actions", "remove_abort_fault"): {**WEB, "routes": TO_PRIMARY},
    ("chaosistio.fault.actions", "remove_delay_fault"): {**WEB, "routes": TO_PRIMARY},
    ("cowbane.istio.actions", "abort_random_virtual_service"): {},
    ("cowbane.istio.actions", "delay_random_virtual_service"): {},
}
#: What must be in before there is anything to remove.
FIRST = {"remove_abort_fault": ("add_abort_fault", ABORT), "remove_delay_fault": ("add_delay_fault", DELAY)}

NAMES = [pytest.param(module, func, id=func) for module, func in ACTIVITIES]


def test_every_activity_of_the_library_is_listened_to() -> None:
    library = OurLibrary()
    available = {
        (module, func)
        for module in library.modules()
        for func, signature in (library.activities(module) or {}).items()
        if signature.available
    }
    assert available == set(ACTIVITIES)


@pytest.mark.parametrize(("module", "func"), NAMES)
def test_an_activity_asks_for_exactly_what_it_declares(
    playgrounds: Callable[[], Playground], module: str, func: str
) -> None:
    """Also when the answer to a deletion or a patch gets lost: then it looks what became of it."""
    seen: frozenset[object] = frozenset()
    for losing in ((), ("DELETE", "PATCH")):
        playground = playgrounds()
        tap = tapped(playground.kubeconfig, *losing)
        act(playground, tap.gateway, module, func)
        seen |= heard(tap, playground)
    assert seen == of_rights(declared(module, func).call)


@pytest.mark.parametrize(("module", "func"), NAMES)
def test_its_undo_asks_for_exactly_what_is_declared(playground: Playground, module: str, func: str) -> None:
    log = act(playground, playground.gateway, module, func)
    tap = tapped(playground.kubeconfig)
    reversal = Reversal(tap.gateway)
    own = log.recorded[1:] if func in FIRST else log.recorded
    for intent in own:
        reversal.removed(intent)
        reversal.undo(intent)
    assert heard(tap, playground) == of_rights(declared(module, func).undo)


@pytest.mark.parametrize("kind", UndoKind)
def test_each_kind_of_fault_says_what_finds_and_what_undoes_it(kind: UndoKind) -> None:
    assert kind in marks.RIGHTS
    assert kind in reversal.RIGHTS


def test_the_sweep_asks_for_exactly_what_is_declared(playground: Playground) -> None:
    tap = tapped(playground.kubeconfig)
    assert find_marks(tap.gateway, [playground.namespace]) == []
    declared = [right for each in marks.RIGHTS.values() for right in each]
    assert heard(tap, playground) == of_rights(declared)


@pytest.mark.parametrize(("module", "func"), NAMES)
def test_the_marks_that_an_activity_leaves_are_found_with_what_it_declares(
    playground: Playground, module: str, func: str
) -> None:
    log = act(playground, playground.gateway, module, func)
    marked = [each for each in log.recorded if each.undo is not UndoKind.NOTHING] if func not in FIRST else []
    assert bool(marked) == bool(declared(module, func).sweep)
    assert {right for each in marked for right in marks.RIGHTS[each.undo]} == {*declared(module, func).sweep}


@pytest.mark.parametrize(("module", "func"), [("chaosk8s.pod.actions", "exec_in_pods"), ("os", "system")])
def test_nobody_declares_for_what_is_not_in_our_library(module: str, func: str) -> None:
    assert rights(module, func) is None


def act(playground: Playground, gateway: Gateway, module: str, func: str) -> Log:
    """Call it on a pod and a VirtualService that are there for it; what its run recorded."""
    playground.pod("a")
    playground.virtual_service()
    log = Log()
    faults = playground.run(log=log)
    offered: dict[str, Any] = {"cluster": playground.gateway, "draw": draw(), "stop": Stop()}
    if func in FIRST:
        name, arguments = FIRST[func]
        call(module, name, {**WEB, **arguments}, {**offered, "faults": faults.at("first")}, playground)
    more = {**offered, "faults": faults.at("then"), "cluster": gateway}
    call(module, func, ACTIVITIES[module, func], more, playground)
    return log


def call(
    module: str, func: str, arguments: dict[str, Any], offered: dict[str, Any], playground: Playground
) -> None:
    """As the engine calls it; a probe may not like what it finds."""
    function = resolve(module, func)
    assert function
    taken: Collection[str] = inspect.signature(function).parameters
    passed = {name: value for name, value in offered.items() if name in taken}
    with suppress(SteadyStateNotMet):
        function(**arguments, ns=playground.namespace, **passed)


def declared(module: str, func: str) -> Rights:
    found = rights(module, func)
    assert found
    assert all(isinstance(each, Right) for each in (*found.call, *found.undo, *found.sweep))
    return found


def heard(tap: Wiretap, playground: Playground) -> frozenset[object]:
    """The grants, all of them in the playground's namespace."""
    assert {place for place, _ in tap.heard} <= {playground.namespace}
    return frozenset(grant for _, grant in tap.heard)
