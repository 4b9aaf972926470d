"""Finding what is injected from the cluster alone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playground import Playground, owned

from experiments.faults.intent import FAULT_ANNOTATION, INJECTED_LABEL, Intent, UndoResult
from experiments.kubernetes.gateway import Gateway
from experiments.kubernetes.marks import Problem, find_marks
from experiments.kubernetes.reversal import Reversal
from experiments.kubernetes.virtual_services import add_abort_fault

TO_PRIMARY = [{"destination": {"host": "web"}}]


def abort(playground: Playground, name: str = "web", run: str = "run-1") -> Intent:
    faults = playground.run(run)
    where: dict[str, Any] = {"ns": playground.namespace, "cluster": playground.gateway}
    add_abort_fault(name, 500, TO_PRIMARY, 50, faults=faults.at("method-0"), **where)
    return faults.standing[-1]


def found(playground: Playground) -> list[Intent | Problem]:
    return find_marks(playground.gateway, [playground.namespace])


def test_where_nothing_is_injected_nothing_is_found(playground: Playground) -> None:
    playground.virtual_service()
    assert found(playground) == []


def test_every_fault_is_found_with_what_was_recorded(playground: Playground) -> None:
    for name in ("web", "shop"):
        playground.virtual_service(name)
    recorded = [abort(playground, "web"), abort(playground, "shop"), abort(playground, "web", "run-2")]
    marks = [each for each in found(playground) if isinstance(each, Intent)]
    assert sorted(mark.id for mark in marks) == sorted(intent.id for intent in recorded)
    assert {mark.run for mark in marks} == {"run-1", "run-2"}
    assert {mark.expires for mark in marks} == {recorded[0].expires}


def test_a_fault_is_undone_from_its_mark_alone(playground: Playground) -> None:
    before = playground.virtual_service()
    abort(playground)
    (mark,) = found(playground)
    assert isinstance(mark, Intent)
    assert Reversal(playground.gateway).undo(mark).result is UndoResult.UNDONE
    assert owned(playground.live()) == owned(before)
    assert found(playground) == []


def test_without_namespaces_the_whole_cluster_is_looked_through(playground: Playground) -> None:
    playground.virtual_service()
    intent = abort(playground)
    everywhere = find_marks(playground.gateway, None)
    assert intent.id in [each.id for each in everywhere if isinstance(each, Intent)]


@pytest.mark.parametrize(
    "damage",
    [
        "not json",
        '{"v": 2}',
        "[]",
        {"injected": {"kind": "nothing"}},
        {"injected": {"kind": "virtual-service-fault", "path": "spec/hosts", "fault": "abort", "value": {}}},
        {"injected": {"kind": "delete-namespace"}},
        {"step": "another"},
        {"before": {"value": "all", "owners": []}},
    ],
    ids=str,
)
def test_a_mark_that_is_not_whole_is_reported_and_left(playground: Playground, damage: Any) -> None:
    playground.virtual_service()
    intent = abort(playground)
    text = damage if isinstance(damage, str) else json.dumps({**json.loads(intent.mark()), **damage})
    spoilt = playground.edit({"metadata": {"annotations": {intent.annotation: text}}})
    (problem,) = found(playground)
    assert isinstance(problem, Problem)
    assert intent.annotation in problem.where
    assert playground.live() == spoilt


def test_a_mark_copied_to_another_object_is_reported(playground: Playground) -> None:
    playground.virtual_service()
    intent = abort(playground)
    annotations = {intent.annotation: intent.mark()}
    playground.virtual_service("copy", labels={INJECTED_LABEL: "true"}, annotations=annotations)
    problems = [each for each in found(playground) if isinstance(each, Problem)]
    assert [problem.where.split()[0] for problem in problems] == ["virtualservices/copy"]
    assert "another object" in problems[0].sentence


def test_a_spoilt_mark_does_not_hide_or_hinder_the_others(playground: Playground) -> None:
    playground.virtual_service()
    intent = abort(playground)
    playground.edit({"metadata": {"annotations": {f"{FAULT_ANNOTATION}other": "spoilt"}}})
    assert len(found(playground)) == 2
    assert Reversal(playground.gateway).undo(intent).result is UndoResult.UNDONE
    (problem,) = found(playground)
    assert isinstance(problem, Problem)


def test_a_namespace_out_of_bounds_does_not_hide_the_others(playground: Playground) -> None:
    playground.virtual_service()
    intent = abort(playground)
    gateway = Gateway.connect(playground.kubeconfig, namespaces=[playground.namespace])
    marks = find_marks(gateway, [playground.namespace, "aaa"])
    assert [each.id for each in marks if isinstance(each, Intent)] == [intent.id]
    assert [each.where for each in marks if isinstance(each, Problem)] == ["virtualservices in aaa"]
