"""The rights that each activity and undo declares are enough, and without them it is said plainly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from controlplane.rig import ControlPlane
from playground import Playground, draw
from waiting import eventually

from experiments.engine.stop import Stop
from experiments.failures import ActivityFailed
from experiments.faults.intent import Intent, UndoKind, UndoResult
from experiments.kubernetes import marks, pods, reversal, virtual_services, workloads
from experiments.kubernetes.errors import Forbidden
from experiments.kubernetes.gateway import Gateway
from experiments.kubernetes.marks import Problem, find_marks
from experiments.kubernetes.reversal import Reversal
from experiments.kubernetes.rights import Right

TO_PRIMARY = [{"destination": {"host": "web"}}]
MODULES = (pods, workloads, virtual_services)
GROUP = "rbac.authorization.k8s.io"


@pytest.fixture
def playground(controlplane: ControlPlane) -> Playground:
    """With one pod and one VirtualService; only the real cluster knows rights."""
    place = Playground(controlplane.admin, controlplane.admin_kubeconfig, controlplane.namespace("rights"))
    place.pod("a")
    place.virtual_service()
    return place


def gateway_with(plane: ControlPlane, playground: Playground, rights: tuple[Right, ...]) -> Gateway:
    """Of an account that may do exactly this."""
    about = {"name": "runner", "namespace": playground.namespace}
    rules = [
        {"apiGroups": [each.group], "resources": [each.resource], "verbs": [*each.verbs]} for each in rights
    ]
    role = {"apiGroup": GROUP, "kind": "Role", "name": "runner"}
    subjects = [{"kind": "ServiceAccount", **about}]
    kinds: dict[str, dict[str, Any]] = {
        "Role": {"rules": rules},
        "RoleBinding": {"roleRef": role, "subjects": subjects},
    }
    plane.apply([{"apiVersion": "v1", "kind": "ServiceAccount", "metadata": about}])
    plane.apply(
        [
            {"apiVersion": f"{GROUP}/v1", "kind": kind, "metadata": about, **body}
            for kind, body in kinds.items()
        ]
    )
    return Gateway.connect(plane.kubeconfig(playground.namespace, "runner"))


def calls(playground: Playground, cluster: Gateway) -> dict[str, Callable[[], object]]:
    """Every activity, called on what the playground holds."""
    here: dict[str, Any] = {"ns": playground.namespace, "cluster": cluster}
    faults: dict[str, Any] = {**here, "faults": playground.step()}
    chance: dict[str, Any] = {**faults, "draw": draw()}
    vs = virtual_services
    return {
        "terminate_pods": lambda: pods.terminate_pods(stop=Stop(), **chance),
        "count_pods": lambda: pods.count_pods(**here),
        "pods_in_phase": lambda: pods.pods_in_phase(raise_on_invalid_phase=False, **here),
        "pods_in_conditions": lambda: pods.pods_in_conditions(**here),
        "all_microservices_healthy": lambda: _asked(workloads.all_microservices_healthy, here),
        "add_abort_fault": lambda: vs.add_abort_fault("web", 500, TO_PRIMARY, **faults),
        "add_delay_fault": lambda: vs.add_delay_fault("web", "1s", TO_PRIMARY, **faults),
        "remove_abort_fault": lambda: vs.remove_abort_fault("web", TO_PRIMARY, **faults),
        "remove_delay_fault": lambda: vs.remove_delay_fault("web", TO_PRIMARY, **faults),
        "abort_random_virtual_service": lambda: vs.abort_random_virtual_service(**chance),
        "delay_random_virtual_service": lambda: vs.delay_random_virtual_service(**chance),
    }


NAMES = sorted(name for module in MODULES for name in module.RIGHTS)


def test_every_activity_is_tried(playground: Playground) -> None:
    assert sorted(calls(playground, playground.gateway)) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_declared_rights_are_enough(
    controlplane: ControlPlane, playground: Playground, name: str
) -> None:
    (rights,) = (module.RIGHTS[name] for module in MODULES if name in module.RIGHTS)
    gateway = gateway_with(controlplane, playground, rights)
    calls(playground, gateway)[name]()


@pytest.mark.parametrize("name", NAMES)
def test_without_rights_it_fails_and_says_so(
    controlplane: ControlPlane, playground: Playground, name: str
) -> None:
    gateway = gateway_with(controlplane, playground, ())
    with pytest.raises(
        Forbidden, match=f"the API server says 403 .* in the namespace .{playground.namespace}"
    ):
        calls(playground, gateway)[name]()


def test_a_pod_that_may_only_be_listed_is_not_deleted(
    controlplane: ControlPlane, playground: Playground
) -> None:
    gateway = gateway_with(controlplane, playground, pods.RIGHTS["count_pods"])
    with pytest.raises(ActivityFailed, match=r"the API server says 403 .* cannot delete resource .pods."):
        calls(playground, gateway)["terminate_pods"]()
    assert len(playground.pods()) == 1


def test_the_account_knows_what_it_may(controlplane: ControlPlane, playground: Playground) -> None:
    gateway = gateway_with(controlplane, playground, pods.RIGHTS["count_pods"])
    assert gateway.can("list", "", "pods", playground.namespace)
    assert not gateway.can("delete", "", "pods", playground.namespace)
    assert not gateway.can("list", "", "pods", "default")


def test_a_part_of_an_object_is_a_right_of_its_own(
    controlplane: ControlPlane, playground: Playground
) -> None:
    gateway = gateway_with(controlplane, playground, (Right("", "pods/exec", ("create",)),))
    assert eventually(lambda: gateway.can("create", "", "pods/exec", playground.namespace))
    assert not gateway.can("create", "", "pods", playground.namespace)


def injected(playground: Playground) -> Intent:
    faults = playground.run()
    where: dict[str, Any] = {"ns": playground.namespace, "cluster": playground.gateway}
    virtual_services.add_abort_fault("web", 500, TO_PRIMARY, faults=faults.at("method-0"), **where)
    return faults.standing[-1]


def test_the_rights_of_an_undo_are_enough_to_undo(controlplane: ControlPlane, playground: Playground) -> None:
    intent = injected(playground)
    gateway = gateway_with(controlplane, playground, reversal.RIGHTS[UndoKind.VIRTUAL_SERVICE_FAULT])
    assert Reversal(gateway).undo(intent).result is UndoResult.UNDONE


def test_an_undo_without_rights_fails_loudly_and_can_be_tried_again(
    controlplane: ControlPlane, playground: Playground
) -> None:
    intent = injected(playground)
    undone = Reversal(gateway_with(controlplane, playground, ())).undo(intent)
    assert undone.result is UndoResult.FAILED
    assert "403" in undone.detail
    assert "by hand: kubectl -n" in undone.detail
    assert Reversal(playground.gateway).undo(intent).result is UndoResult.UNDONE


def test_marks_are_found_where_the_rights_reach_and_the_rest_is_told(
    controlplane: ControlPlane, playground: Playground
) -> None:
    intent = injected(playground)
    gateway = gateway_with(controlplane, playground, marks.RIGHTS[UndoKind.VIRTUAL_SERVICE_FAULT])
    found = find_marks(gateway, [playground.namespace, "default"])
    assert [each.id for each in found if isinstance(each, Intent)] == [intent.id]
    (problem,) = [each for each in found if isinstance(each, Problem)]
    assert "403" in problem.sentence


def _asked(probe: Callable[..., object], arguments: dict[str, Any]) -> None:
    """Answered, one way or the other."""
    try:
        probe(**arguments)
    except Forbidden:
        raise
    except ActivityFailed:
        pass
