"""Undo: only our own change goes, whoever was there meanwhile, in any order and as often as asked."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
from controlplane.client import Object
from controlplane.rig import ControlPlane
from playground import ISTIO, Log, Playground, owned, route

from experiments.faults.injection import Faults
from experiments.faults.intent import INJECTED_LABEL, Intent, Target, UndoKind, Undone, UndoResult
from experiments.kubernetes.errors import Conflict, Unavailable
from experiments.kubernetes.gateway import Gateway
from experiments.kubernetes.reversal import Reversal, by_hand
from experiments.kubernetes.virtual_services import add_abort_fault, add_delay_fault

TO_PRIMARY = [{"destination": {"host": "web", "subset": "primary"}}]


def abort(playground: Playground, run: str = "run-1", status: int = 500, step: str = "method-0") -> Intent:
    """An abort of half of the traffic; its intent as recorded."""
    faults = playground.run(run)
    return aborted(playground, faults, status, step)


def aborted(playground: Playground, faults: Faults, status: int = 500, step: str = "method-0") -> Intent:
    where: dict[str, Any] = {"ns": playground.namespace, "cluster": playground.gateway}
    add_abort_fault("web", status, TO_PRIMARY, 50, faults=faults.at(step), **where)
    return faults.standing[-1]


def delay(playground: Playground, run: str) -> Intent:
    faults = playground.run(run)
    where: dict[str, Any] = {"ns": playground.namespace, "cluster": playground.gateway}
    add_delay_fault("web", "5s", TO_PRIMARY, 50, faults=faults.at("method-0"), **where)
    return faults.standing[-1]


def undo(playground: Playground, intent: Intent) -> Undone:
    return Reversal(playground.gateway).undo(intent)


def is_clean(thing: Object) -> bool:
    return "labels" not in thing["metadata"] and "annotations" not in thing["metadata"]


def test_a_deleted_pod_needs_no_undo(playground: Playground) -> None:
    target = Target(api_version="v1", resource="pods", namespace=playground.namespace, name="a", uid="1")
    intent = playground.run().intent("method-0", target, UndoKind.NOTHING, {}, {})
    assert undo(playground, intent).result is UndoResult.NOTHING
    assert Reversal(playground.gateway).removed(intent) == ""


def test_undoing_twice_finds_nothing_the_second_time(playground: Playground) -> None:
    before = playground.virtual_service()
    intent = abort(playground)
    assert undo(playground, intent).result is UndoResult.UNDONE
    assert undo(playground, intent).result is UndoResult.GONE
    assert owned(playground.live()) == owned(before)


def test_an_intent_that_never_was_applied_is_gone(playground: Playground) -> None:
    before = playground.virtual_service()
    intent = abort(playground)
    undo(playground, intent)
    assert undo(playground, replace(intent, run="run-2")).result is UndoResult.GONE
    assert owned(playground.live()) == owned(before)


def test_an_intent_that_never_was_applied_takes_out_no_equal_fault_of_another_run(
    playground: Playground,
) -> None:
    before = playground.virtual_service()
    applied = abort(playground, "run-1")
    assert undo(playground, replace(applied, run="run-2")).result is UndoResult.GONE
    assert Reversal(playground.gateway).removed(applied) == ""
    assert undo(playground, applied).result is UndoResult.UNDONE
    assert owned(playground.live()) == owned(before)


def test_an_intent_read_back_from_the_ledger_undoes_too(playground: Playground) -> None:
    before = playground.virtual_service()
    intent = abort(playground)
    assert undo(playground, Intent.from_json(intent.to_json())).result is UndoResult.UNDONE
    assert owned(playground.live()) == owned(before)


def test_a_deleted_object_owes_nothing(playground: Playground) -> None:
    playground.virtual_service()
    intent = abort(playground)
    playground.client.delete(ISTIO, "VirtualService", "web", playground.namespace)
    assert undo(playground, intent).result is UndoResult.GONE
    assert "gone with" in Reversal(playground.gateway).removed(intent)


def test_an_object_of_the_same_name_owes_nothing(playground: Playground) -> None:
    playground.virtual_service()
    intent = abort(playground)
    playground.client.delete(ISTIO, "VirtualService", "web", playground.namespace)
    other = playground.virtual_service(http=[route(fault={"abort": intent.injected["value"]})])
    assert undo(playground, intent).result is UndoResult.GONE
    assert playground.live() == other


def test_an_edit_of_the_fault_stays_and_is_told(playground: Playground) -> None:
    playground.virtual_service()
    intent = abort(playground)
    theirs = [route(fault={"abort": {"httpStatus": 418}})]
    playground.edit({"spec": {"http": theirs}})
    undone = undo(playground, intent)
    assert undone.result is UndoResult.DRIFTED
    assert "kubectl-edit" in undone.detail
    assert playground.live()["spec"]["http"] == theirs
    assert is_clean(playground.live())


def test_a_fault_that_somebody_else_removed_is_told(playground: Playground) -> None:
    playground.virtual_service()
    intent = abort(playground)
    playground.edit({"spec": {"http": [route()]}})
    assert "kubectl-edit" in Reversal(playground.gateway).removed(intent)
    undone = undo(playground, intent)
    assert (undone.result, "kubectl-edit" in undone.detail) == (UndoResult.GONE, True)
    assert is_clean(playground.live())


@pytest.mark.parametrize(
    ("edited", "left"),
    [
        ([route("canary"), "ours"], [route("canary"), route()]),
        (["ours", route("canary")], [route(), route("canary")]),
        (["slow"], [route(timeout="9s")]),
        (["matched"], [route(match=[{"uri": {"prefix": "/a"}}])]),
    ],
    ids=["order", "another", "tuned", "another match"],
)
def test_an_edit_around_the_fault_stays_and_the_fault_goes(
    playground: Playground, edited: Sequence[Any], left: Sequence[Object]
) -> None:
    playground.virtual_service()
    intent = abort(playground)
    (ours,) = playground.live()["spec"]["http"]
    known = {"ours": ours, "slow": {**ours, "timeout": "9s"}}
    known["matched"] = {**ours, "match": [{"uri": {"prefix": "/a"}}]}
    playground.edit({"spec": {"http": [known[each] if isinstance(each, str) else each for each in edited]}})
    assert Reversal(playground.gateway).removed(intent) == ""
    assert undo(playground, intent).result is UndoResult.UNDONE
    live = playground.live()
    assert live["spec"]["http"] == left
    assert is_clean(live)
    owners = [each["manager"] for each in live["metadata"]["managedFields"] if "f:spec" in each["fieldsV1"]]
    assert sorted(owners) == ["kubectl-edit", "owner"]


def test_a_route_that_is_gone_takes_its_fault_along(playground: Playground) -> None:
    playground.virtual_service()
    intent = abort(playground)
    playground.edit({"spec": {"http": [route("canary")]}})
    assert undo(playground, intent).result is UndoResult.GONE
    assert playground.live()["spec"]["http"] == [route("canary")]
    assert is_clean(playground.live())


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_faults_of_several_runs_go_in_any_order(playground: Playground, order: tuple[int, ...]) -> None:
    before = playground.virtual_service()
    intents = [abort(playground, "run-1"), delay(playground, "run-2"), abort(playground, "run-3", 503)]
    assert [Reversal(playground.gateway).removed(each) for each in intents] == ["", "", ""]
    for place in order:
        assert undo(playground, intents[place]).result is UndoResult.UNDONE
    assert owned(playground.live()) == owned(before)


@pytest.mark.parametrize("statuses", [(500, 500, 500), (500, 503, 500), (500, 500, 503)])
@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_undo_of_one_fault_leaves_an_equal_one_of_another_run_in(
    playground: Playground, statuses: tuple[int, ...], order: tuple[int, ...]
) -> None:
    before = playground.virtual_service()
    reversal = Reversal(playground.gateway)
    intents = [abort(playground, f"run-{number}", status) for number, status in enumerate(statuses)]
    for done, place in enumerate(order, 1):
        assert undo(playground, intents[place]).result is UndoResult.UNDONE
        assert [reversal.removed(intents[left]) for left in order[done:]] == [""] * (3 - done)
    assert owned(playground.live()) == owned(before)


def test_one_run_may_raise_a_fault_step_by_step(playground: Playground) -> None:
    before = playground.virtual_service()
    faults = playground.run()
    for number, status in enumerate((500, 503, 500)):
        aborted(playground, faults, status, f"method-{number}")
    undone = faults.undo_all(Reversal(playground.gateway))
    assert [each.result for _, each in undone] == [UndoResult.UNDONE] * 3
    assert owned(playground.live()) == owned(before)


def test_the_label_stays_while_another_fault_is_in(playground: Playground) -> None:
    playground.virtual_service()
    first, second = abort(playground, "run-1"), delay(playground, "run-2")
    undo(playground, first)
    meta = playground.live()["metadata"]
    assert meta["labels"] == {INJECTED_LABEL: "true"}
    assert list(meta["annotations"]) == [second.annotation]


def test_a_fault_whose_mark_was_taken_off_is_undone_from_its_record(playground: Playground) -> None:
    before = playground.virtual_service()
    intent = abort(playground)
    playground.edit({"metadata": {"annotations": None, "labels": None}})
    assert undo(playground, intent).result is UndoResult.UNDONE
    assert owned(playground.live()) == owned(before)


class Stubborn(Gateway):
    """A gateway whose patches fail as told, after or instead of reaching the server."""

    def __init__(self, real: Gateway, failures: list[tuple[bool, BaseException | None]]) -> None:
        super().__init__(real._connect, wait=lambda _: None)
        self._failures = failures
        self.patches = 0

    def patch(self, target: Target, change: Object, *, resource_version: str) -> Object:
        self.patches += 1
        applied, failure = self._failures.pop(0) if self._failures else (True, None)
        done = super().patch(target, change, resource_version=resource_version) if applied else {}
        if failure is not None:
            raise failure
        return done


SILENCE = Unavailable("no answer", maybe_applied=True)


@pytest.mark.parametrize(
    "failures",
    [
        [(True, SILENCE)],
        [(True, SILENCE), (True, SILENCE)],
        [(False, SILENCE), (False, SILENCE), (True, SILENCE)],
        [(False, Conflict("changed")), (True, None), (False, Conflict("changed"))],
    ],
    ids=["first answer lost", "both answers lost", "silence", "conflicts"],
)
def test_an_undo_ends_well_whatever_became_of_its_patches(
    playground: Playground, failures: list[tuple[bool, Any]]
) -> None:
    before = playground.virtual_service()
    intent = abort(playground)
    undone = Reversal(Stubborn(playground.gateway, list(failures))).undo(intent)
    assert undone.result in (UndoResult.UNDONE, UndoResult.GONE)
    assert owned(playground.live()) == owned(before)


def test_whoever_takes_over_between_the_two_patches_finishes(playground: Playground) -> None:
    before = playground.virtual_service()
    intent = abort(playground)
    dying = Stubborn(playground.gateway, [(True, KeyboardInterrupt())])
    with pytest.raises(KeyboardInterrupt):
        Reversal(dying).undo(intent)
    assert intent.annotation in playground.live()["metadata"]["annotations"]
    assert undo(playground, intent).result is UndoResult.UNDONE
    assert owned(playground.live()) == owned(before)


def test_an_undo_that_fails_says_what_a_person_can_do(playground: Playground) -> None:
    playground.virtual_service()
    intent = abort(playground)
    undone = Reversal(Stubborn(playground.gateway, [(False, SILENCE)] * 99)).undo(intent)
    assert undone.result is UndoResult.FAILED
    assert undone.detail.endswith(by_hand(intent))


def test_the_command_by_hand_does_what_the_undo_could_not(controlplane: ControlPlane) -> None:
    playground = Playground(controlplane.admin, controlplane.admin_kubeconfig, controlplane.namespace("hand"))
    playground.virtual_service()
    command = shlex.split(by_hand(abort(playground)))
    assert command[:2] == ["kubectl", "-n"]
    path = playground.client.path(ISTIO, "VirtualService", "web", playground.namespace)
    patched = playground.client.request(
        "PATCH", path, json.loads(command[-1]), type="application/json-patch+json"
    )
    assert patched.status == 200
    assert playground.live()["spec"]["http"] in ([route()], [route(fault={})])


def test_a_fault_is_injected_once_though_its_answer_is_lost(playground: Playground) -> None:
    before = playground.virtual_service()
    log = Log()
    faults = playground.run(log=log)
    gateway = Stubborn(playground.gateway, [(True, SILENCE)])
    add_abort_fault("web", 500, TO_PRIMARY, 50, playground.namespace, cluster=gateway, faults=faults.at("m"))
    assert gateway.patches == 1
    faults.undo_all(Reversal(playground.gateway))
    assert owned(playground.live()) == owned(before)


def test_what_cannot_be_looked_at_is_not_said_to_be_in_place(playground: Playground) -> None:
    playground.virtual_service()
    intent = abort(playground)
    nowhere = Gateway.connect(playground.kubeconfig, namespaces=["elsewhere"])
    assert "not to be seen" in Reversal(nowhere).removed(intent)
    assert Reversal(nowhere).undo(intent).result is UndoResult.FAILED
