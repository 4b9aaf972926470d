"""The catalog is the book's table, and every file of it can be loaded."""

from __future__ import annotations

from pathlib import Path

import pytest

from experiments.catalog import catalog
from experiments.format.check import check_experiment, unavailable
from experiments.format.document import Document, read_document
from experiments.format.problem import Severity
from experiments.format.reader import read_experiment
from experiments.library import OurLibrary
from experiments.model import Activity, Experiment, HttpProvider, PythonProvider

#: name -> functions of the hypothesis, of the method, of the rollbacks; "http" and "process" for others.
TABLE: dict[str, tuple[list[str], list[str], list[str]]] = {
    "health": (["all_microservices_healthy"], ["terminate_pods"], []),
    "health-db": (["http"], ["terminate_pods"], []),
    "health-http": (["http"], ["terminate_pods"], []),
    "health-instances": (["all_microservices_healthy"], ["terminate_pods"], []),
    "health-pause": (["all_microservices_healthy"], ["terminate_pods"], []),
    "network": (["http"] * 5, ["add_abort_fault"], []),
    "network-abort-100": (["http"] * 5, ["add_abort_fault"], ["remove_abort_fault"]),
    "network-delay": (
        ["http"] * 5,
        ["add_abort_fault", "add_delay_fault"],
        ["remove_abort_fault", "remove_delay_fault"],
    ),
    "network-dos": (["http"], ["process"], []),
    "network-random": (["all_microservices_healthy"], ["abort_random_virtual_service"], []),
    "network-rollback": (["http"] * 5, ["add_abort_fault"], ["remove_abort_fault"]),
    "node": ([], ["drain_nodes"], ["uncordon_node"]),
    "node-delete": (["all_microservices_healthy"], ["delete_nodes"], []),
    "node-drain": (["all_microservices_healthy"], ["drain_nodes"], []),
    "node-uncordon": (["all_microservices_healthy"], ["drain_nodes"], ["uncordon_node"]),
    "terminate-pod": ([], ["terminate_pods"], []),
    "terminate-pod-pause": (["count_pods"], ["terminate_pods"], []),
    "terminate-pod-phase": (["count_pods", "pods_in_phase", "pods_in_conditions"], ["terminate_pods"], []),
    "terminate-pod-ssh": (["count_pods"], ["terminate_pods"], []),
}
NOT_YET = {"node", "node-delete", "node-drain", "node-uncordon"}


def read(name: str) -> tuple[Document, Experiment]:
    document = read_document(Path(str(catalog()[name])), name=f"{name}.yaml")
    assert isinstance(document, Document)
    experiment, problems = read_experiment(document)
    assert problems == []
    assert experiment
    return document, experiment


def _deed(activity: Activity) -> str:
    """The function, or the kind of provider."""
    provider = activity.provider
    if isinstance(provider, PythonProvider):
        return provider.func
    return "http" if isinstance(provider, HttpProvider) else "process"


def test_the_catalog_holds_the_experiments_of_the_table() -> None:
    assert list(catalog()) == sorted(TABLE)


@pytest.mark.parametrize("name", TABLE)
def test_an_experiment_of_the_catalog_does_what_the_table_says(name: str) -> None:
    _, experiment = read(name)
    probes = experiment.hypothesis.probes if experiment.hypothesis else ()
    sections = (probes, experiment.method, experiment.rollbacks)
    assert tuple([_deed(each) for each in section] for section in sections) == TABLE[name]


@pytest.mark.parametrize("name", TABLE)
def test_an_experiment_of_the_catalog_checks_within_half_an_hour(name: str) -> None:
    document, _ = read(name)
    problems = check_experiment(document, OurLibrary(), deadline=1800, which=lambda path: path)
    assert [str(each) for each in problems if each.severity is Severity.ERROR] == []
    assert bool(problems) == (name in NOT_YET)
    assert bool(unavailable(document, OurLibrary())) == (name in NOT_YET)
