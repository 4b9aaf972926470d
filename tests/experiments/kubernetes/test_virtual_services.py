"""Faults on VirtualServices: what goes in, what comes back out, and what is never touched."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from controlplane.client import Object, Refused
from playground import Log, Playground, draw, owned, route

from experiments.failures import ActivityFailed
from experiments.faults.intent import INJECTED_LABEL, UndoKind, UndoResult
from experiments.kubernetes import virtual_services
from experiments.kubernetes.gateway import Gateway
from experiments.kubernetes.reversal import Reversal
from experiments.kubernetes.selection import NothingChosen

TO_PRIMARY = [{"destination": {"host": "web", "subset": "primary"}}]
HALF = {"httpStatus": 500, "percentage": {"value": 50}}
LATE = {"fixedDelay": "15s", "percentage": {"value": 50}}


def abort(playground: Playground, faults: Any, **more: Any) -> dict[str, Any]:
    arguments: dict[str, Any] = {"http_status": 500, "routes": TO_PRIMARY, "percentage": 50, **more}
    return virtual_services.add_abort_fault(
        "web", ns=playground.namespace, cluster=playground.gateway, faults=faults, **arguments
    )


def delay(playground: Playground, faults: Any) -> dict[str, Any]:
    return virtual_services.add_delay_fault(
        "web", "15s", TO_PRIMARY, 50, playground.namespace, cluster=playground.gateway, faults=faults
    )


def fault_on(thing: Object, index: int = 0) -> Any:
    return thing["spec"]["http"][index].get("fault")


def test_fault_and_mark_are_one_change(playground: Playground) -> None:
    before = playground.virtual_service()
    log = Log()
    done = abort(playground, playground.step(log=log))
    live = playground.live()
    (intent,) = log.recorded
    assert fault_on(live) == {"abort": HALF}
    assert live["metadata"]["labels"] == {INJECTED_LABEL: "true"}
    assert list(live["metadata"]["annotations"]) == [intent.annotation]
    assert live["metadata"]["generation"] == before["metadata"]["generation"] + 1
    assert intent.undo is UndoKind.VIRTUAL_SERVICE_FAULT
    assert done["routes"] == [intent.injected["path"]]


@pytest.mark.parametrize("version", ["v1alpha3", "v1beta1", "v1"])
@pytest.mark.parametrize(
    "metadata",
    [{}, {"labels": {"app": "web"}, "annotations": {"who": "owner"}}],
    ids=["bare", "labelled"],
)
def test_an_undo_leaves_everything_as_it_was_and_its_owner_free(
    playground: Playground, version: str, metadata: dict[str, Any]
) -> None:
    before = playground.virtual_service(**metadata)
    faults = playground.run()
    abort(playground, faults.at("method-0"), version=f"networking.istio.io/{version}")
    ((_, undone),) = faults.undo_all(Reversal(playground.gateway))
    assert undone.result is UndoResult.UNDONE
    assert owned(playground.live()) == owned(before)
    changed = playground.virtual_service(http=[route(timeout="3s")], **metadata)
    assert changed["spec"]["http"][0]["timeout"] == "3s"


def test_the_owner_cannot_apply_while_the_fault_is_in(playground: Playground) -> None:
    playground.virtual_service()
    abort(playground, playground.step())
    with pytest.raises(Refused, match="cowbane"):
        playground.virtual_service(http=[route(timeout="3s")])


def test_abort_and_delay_live_on_one_route_and_both_go(playground: Playground) -> None:
    before = playground.virtual_service()
    faults = playground.run()
    abort(playground, faults.at("method-0"))
    delay(playground, faults.at("method-1"))
    assert fault_on(playground.live()) == {"abort": HALF, "delay": LATE}
    undone = faults.undo_all(Reversal(playground.gateway))
    assert [each.result for _, each in undone] == [UndoResult.UNDONE, UndoResult.UNDONE]
    assert owned(playground.live()) == owned(before)


def test_a_fault_that_was_there_before_comes_back(playground: Playground) -> None:
    theirs = {"abort": {"httpStatus": 404}, "delay": {"fixedDelay": "1s"}}
    before = playground.virtual_service(http=[route(fault=theirs)])
    faults = playground.run()
    abort(playground, faults.at("method-0"))
    assert fault_on(playground.live()) == {**theirs, "abort": HALF}
    faults.undo_all(Reversal(playground.gateway))
    assert owned(playground.live()) == owned(before)


def test_the_same_fault_that_was_there_before_stays(playground: Playground) -> None:
    before = playground.virtual_service(http=[route(fault={"abort": HALF})])
    faults = playground.run()
    abort(playground, faults.at("method-0"))
    ((_, undone),) = faults.undo_all(Reversal(playground.gateway))
    assert undone.result is UndoResult.UNDONE
    assert owned(playground.live()) == owned(before)


def test_only_routes_to_the_destination_are_hit(playground: Playground) -> None:
    playground.virtual_service(http=[route("canary"), route(), route("canary")])
    abort(playground, playground.step())
    assert [fault_on(playground.live(), index) for index in range(3)] == [None, {"abort": HALF}, None]


def test_every_route_to_the_destination_is_hit_and_undone(playground: Playground) -> None:
    before = playground.virtual_service(http=[route(match=[{"uri": {"prefix": "/a"}}]), route()])
    faults = playground.run()
    done = abort(playground, faults.at("method-0"))
    assert len(done["routes"]) == 2
    assert [fault_on(playground.live(), index) for index in range(2)] == [{"abort": HALF}] * 2
    faults.undo_all(Reversal(playground.gateway))
    assert owned(playground.live()) == owned(before)


def test_a_destination_without_a_subset_means_every_subset(playground: Playground) -> None:
    playground.virtual_service()
    abort(playground, playground.step(), routes=[{"destination": {"host": "web"}}])
    assert fault_on(playground.live()) == {"abort": HALF}


def test_no_matching_route_is_a_failure_that_says_which_there_are(playground: Playground) -> None:
    before = playground.virtual_service()
    with pytest.raises(NothingChosen, match="subset=canary; its destinations: host=web subset=primary"):
        abort(playground, playground.step(), routes=[{"destination": {"host": "web", "subset": "canary"}}])
    assert playground.live() == before


def test_without_a_percentage_every_request_is_hit(playground: Playground) -> None:
    playground.virtual_service()
    abort(playground, playground.step(), percentage=None)
    assert fault_on(playground.live()) == {"abort": {"httpStatus": 500}}


@pytest.mark.parametrize(
    ("argument", "value"),
    [("percentage", 101), ("percentage", "half"), ("percentage", True), ("http_status", "teapot")],
)
def test_a_number_that_makes_no_sense_touches_nothing(
    playground: Playground, argument: str, value: object
) -> None:
    before = playground.virtual_service()
    with pytest.raises(ActivityFailed, match=f"{argument} must be a number"):
        abort(playground, playground.step(), **{argument: value})
    assert playground.live() == before


def test_a_number_may_be_text_from_the_environment(playground: Playground) -> None:
    playground.virtual_service()
    abort(playground, playground.step(), percentage="50", http_status="500")
    assert fault_on(playground.live()) == {"abort": HALF}


def test_an_exempt_object_is_not_touched(playground: Playground) -> None:
    before = playground.virtual_service(labels={"cowbane.dev/exempt": "true"})
    with pytest.raises(ActivityFailed, match="exempt"):
        abort(playground, playground.step())
    assert playground.live() == before


def test_a_protected_namespace_is_not_touched(playground: Playground) -> None:
    before = playground.virtual_service()
    gateway = Gateway.connect(playground.kubeconfig, protected=[playground.namespace])
    with pytest.raises(ActivityFailed, match="protected"):
        virtual_services.add_abort_fault(
            "web", 500, TO_PRIMARY, ns=playground.namespace, cluster=gateway, faults=playground.step()
        )
    assert playground.live() == before


def test_a_dry_run_touches_nothing(playground: Playground) -> None:
    before = playground.virtual_service()
    faults = playground.run(dry=True)
    done = abort(playground, faults.at("method-0"))
    assert done["routes"]
    assert faults.standing == ()
    assert playground.live() == before


def test_a_fault_whose_mark_does_not_fit_is_refused(playground: Playground) -> None:
    before = playground.virtual_service()
    with pytest.raises(ActivityFailed, match="fit"):
        virtual_services.add_delay_fault(
            "web",
            "1s" * 9000,
            TO_PRIMARY,
            ns=playground.namespace,
            cluster=playground.gateway,
            faults=playground.step(),
        )
    assert playground.live() == before


class Raced(Gateway):
    """A gateway after whose next reads of a target somebody else is quicker."""

    def __init__(self, real: Gateway, meanwhile: list[Callable[[], object]]) -> None:
        super().__init__(real._connect)
        self._meanwhile = meanwhile

    def read(self, target: Any) -> Object:
        live = super().read(target)
        if self._meanwhile:
            self._meanwhile.pop(0)()
        return live


def raced(playground: Playground, faults: Any, *meanwhile: Callable[[], object]) -> None:
    gateway = Raced(playground.gateway, list(meanwhile))
    virtual_services.add_abort_fault(
        "web", 500, TO_PRIMARY, 50, playground.namespace, cluster=gateway, faults=faults
    )


def test_an_edit_between_read_and_patch_is_kept(playground: Playground) -> None:
    playground.virtual_service()
    raced(
        playground,
        playground.step(),
        lambda: playground.edit({"spec": {"http": [route(timeout="9s")]}}),
        lambda: playground.edit({"metadata": {"labels": {"theirs": "yes"}}}),
    )
    live = playground.live()
    assert live["spec"]["http"] == [route(timeout="9s", fault={"abort": HALF})]
    assert live["metadata"]["labels"] == {"theirs": "yes", INJECTED_LABEL: "true"}


def test_an_editor_between_read_and_patch_gets_the_routes_back(playground: Playground) -> None:
    playground.virtual_service()
    faults = playground.run()
    raced(
        playground,
        faults.at("method-0"),
        lambda: playground.edit({"spec": {"http": [route(timeout="9s")]}}, manager="editor"),
    )
    edited = json.dumps(playground.live()["metadata"]["managedFields"])
    assert '"editor"' not in edited
    faults.undo_all(Reversal(playground.gateway))
    with pytest.raises(Refused, match='conflict with "editor"'):
        playground.virtual_service(http=[route(timeout="3s")])


def test_a_route_that_changes_its_fault_meanwhile_is_left_alone(playground: Playground) -> None:
    playground.virtual_service()
    theirs = [route(fault={"abort": {"httpStatus": 404}})]
    with pytest.raises(ActivityFailed, match="changed meanwhile"):
        raced(playground, playground.step(), lambda: playground.edit({"spec": {"http": theirs}}))
    assert playground.live()["spec"]["http"] == theirs


def test_an_object_that_is_replaced_meanwhile_is_left_alone(playground: Playground) -> None:
    playground.virtual_service()

    def replace() -> None:
        playground.client.delete("networking.istio.io/v1", "VirtualService", "web", playground.namespace)
        playground.virtual_service()

    with pytest.raises(ActivityFailed, match=r"uid|replaced"):
        raced(playground, playground.step(), replace)
    assert fault_on(playground.live()) is None


def test_an_object_that_never_stands_still_gets_no_fault(playground: Playground) -> None:
    playground.virtual_service()
    edits = [lambda n=n: playground.edit({"metadata": {"labels": {"n": str(n)}}}) for n in range(9)]
    with pytest.raises(ActivityFailed, match="in 5 tries"):
        raced(playground, playground.step(), *edits)
    assert fault_on(playground.live()) is None


def test_removing_takes_only_what_this_run_added(playground: Playground) -> None:
    playground.virtual_service()
    first, second = playground.run("run-1"), playground.run("run-2")
    abort(playground, first.at("method-0"))
    delay(playground, second.at("method-0"))
    where: dict[str, Any] = {
        "ns": playground.namespace,
        "cluster": playground.gateway,
        "faults": second.at("rollbacks-0"),
    }
    assert "nothing of ours" in virtual_services.remove_abort_fault("web", TO_PRIMARY, **where)
    assert "removed the delay" in virtual_services.remove_delay_fault("web", TO_PRIMARY, **where)
    assert fault_on(playground.live()) == {"abort": HALF}
    assert second.standing == ()
    assert first.standing != ()


def test_removing_twice_finds_nothing_the_second_time(playground: Playground) -> None:
    before = playground.virtual_service()
    log = Log()
    faults = playground.run(log=log)
    abort(playground, faults.at("method-0"))
    where: dict[str, Any] = {
        "ns": playground.namespace,
        "cluster": playground.gateway,
        "faults": faults.at("rollbacks-0"),
    }
    assert "removed the abort" in virtual_services.remove_abort_fault("web", TO_PRIMARY, **where)
    assert "nothing of ours" in virtual_services.remove_abort_fault("web", TO_PRIMARY, **where)
    assert owned(playground.live()) == owned(before)
    assert [undone.result for _, undone in log.closed] == [UndoResult.UNDONE]
    assert faults.undo_all(Reversal(playground.gateway)) == []


def test_removing_leaves_a_fault_that_is_not_ours(playground: Playground) -> None:
    before = playground.virtual_service(http=[route(fault={"abort": HALF})])
    where: dict[str, Any] = {
        "ns": playground.namespace,
        "cluster": playground.gateway,
        "faults": playground.step(),
    }
    assert "nothing of ours" in virtual_services.remove_abort_fault("web", TO_PRIMARY, **where)
    assert playground.live() == before


def test_removing_from_what_is_gone_is_no_failure(playground: Playground) -> None:
    where: dict[str, Any] = {
        "ns": playground.namespace,
        "cluster": playground.gateway,
        "faults": playground.step(),
    }
    assert "gone" in virtual_services.remove_delay_fault("web", TO_PRIMARY, **where)


def test_a_random_route_is_the_same_for_the_same_seed_only(playground: Playground) -> None:
    for name in ("a", "b", "c"):
        playground.virtual_service(name, [route("x"), route("y"), route("z")])

    def hit(seed: str) -> tuple[Any, ...]:
        faults = playground.run(dry=True).at("method-0")
        done = virtual_services.abort_random_virtual_service(
            ns=playground.namespace, cluster=playground.gateway, faults=faults, draw=draw(seed)
        )
        return done["virtual_service"], *done["routes"]

    assert hit("one") == hit("one")
    assert len({hit(str(seed)) for seed in range(40)}) >= 5


def test_a_random_fault_is_injected_and_undone(playground: Playground) -> None:
    before = playground.virtual_service()
    faults = playground.run()
    virtual_services.delay_random_virtual_service(
        ns=playground.namespace, cluster=playground.gateway, faults=faults.at("m"), draw=draw()
    )
    assert fault_on(playground.live()) == {"delay": {"fixedDelay": "5s", "percentage": {"value": 50}}}
    faults.undo_all(Reversal(playground.gateway))
    assert owned(playground.live()) == owned(before)


def test_nothing_to_choose_from_is_a_failure(playground: Playground) -> None:
    playground.virtual_service("exempt", labels={"cowbane.dev/exempt": "true"})
    playground.virtual_service("redirects", [{"redirect": {"uri": "/x"}}])
    with pytest.raises(NothingChosen, match="2 there, 1 exempt"):
        virtual_services.abort_random_virtual_service(
            ns=playground.namespace, cluster=playground.gateway, faults=playground.step(), draw=draw()
        )
