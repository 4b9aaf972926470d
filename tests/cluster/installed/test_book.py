"""The book's pod and health experiments as one-shot Jobs in a real cluster, each with its known end.

What the book's tool got wrong ends here as reference says: nothing injected where the baseline does not hold.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cluster.installed.place import APP, Place, log_of, pods_of
from controlplane.client import Object
from waiting import eventually

pytestmark = pytest.mark.cluster

CATALOG = Path(__file__).parents[3] / "experiments" / "catalog"
PROGRAM = Path(sys.executable).parent / "cowbane"


@dataclass(frozen=True, slots=True)
class Town:
    """A namespace for one experiment, and what stands in it."""

    place: Place
    namespace: str

    def nothing(self) -> None:
        """No application at all."""

    def bare_pod(self) -> None:
        """A pod that nobody replaces."""
        self.place.bare_pod(self.namespace)

    def one_replica(self) -> None:
        """The demo system with one replica of its application."""
        self.place.demo_system(self.namespace, replicas=1, mesh=False, loading=1)

    def two_replicas(self) -> None:
        """The demo system with two replicas of its application."""
        self.place.demo_system(self.namespace, replicas=2, mesh=False, loading=1)

    def without_database(self) -> None:
        """The application runs, and is not ready: there is no database."""
        self.place.demo_system(self.namespace, replicas=1, database=False, mesh=False)

    def app(self) -> dict[str, str]:
        """uid -> name of its application's pods."""
        found = pods_of(self.place.plane, self.namespace, f"app={APP}")
        return {pod["metadata"]["uid"]: pod["metadata"]["name"] for pod in found}


@dataclass(frozen=True, slots=True)
class Case:
    """One experiment where something stands, how it ends, with what words, and how many pods it killed."""

    file: str
    stands: Callable[[Town], None]
    outcome: str
    words: str
    killed: int = 1

    def __str__(self) -> str:
        return f"{self.file} with {self.stands.__name__.replace('_', ' ')}: {self.outcome}"


CASES = (
    Case("terminate-pod", Town.one_replica, "passed", "no hypothesis to judge"),
    Case("terminate-pod", Town.bare_pod, "passed", "no hypothesis to judge"),
    Case("terminate-pod-ssh", Town.nothing, "baseline-not-met", "pod-exists", killed=0),
    Case("terminate-pod-ssh", Town.bare_pod, "passed", "held before and after"),
    Case("terminate-pod-pause", Town.bare_pod, "deviated", "pod-exists"),
    Case("terminate-pod-pause", Town.one_replica, "passed", "held before and after"),
    Case("terminate-pod-phase", Town.without_database, "baseline-not-met", "pod-is-ready", killed=0),
    Case("terminate-pod-phase", Town.one_replica, "passed", "held before and after"),
    Case("health", Town.one_replica, "deviated", "healthy"),
    Case("health-pause", Town.one_replica, "passed", "held before and after"),
    Case("health-http", Town.one_replica, "deviated", "person-is-served"),
    Case("health-http", Town.two_replicas, "passed", "held before and after"),
    Case("health-db", Town.one_replica, "deviated", "person-is-served", killed=0),
)


@pytest.fixture
def town(place: Place) -> Iterator[Town]:
    with place.namespace("book", fresh=True) as namespace:
        yield Town(place, namespace)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_it_ends_as_the_book_says(case: Case, town: Town, tmp_path: Path) -> None:
    case.stands(town)
    before = town.app()
    experiment = tmp_path / f"{case.file}.yaml"
    text = (CATALOG / experiment.name).read_text()
    experiment.write_text(text.replace("ns: go-demo-8", f"ns: {town.namespace}"))
    succeeded, said = run_as_a_job(town.place, experiment, f"ingress_host=go-demo-8.{town.namespace}.svc")
    assert case.outcome in said, said
    assert case.words in said, said
    assert succeeded == (case.outcome == "passed"), said
    assert len(before.keys() - town.app().keys()) == case.killed


def test_a_pod_that_is_not_ready_is_named_with_its_condition_before_anything_is_killed(
    town: Town, tmp_path: Path
) -> None:
    town.without_database()
    experiment = tmp_path / "phase.yaml"
    text = (CATALOG / "terminate-pod-phase.yaml").read_text()
    experiment.write_text(text.replace("ns: go-demo-8", f"ns: {town.namespace}"))
    _, said = run_as_a_job(town.place, experiment)
    (pod,) = town.app().values()
    assert pod in said
    assert "Ready" in said


@pytest.mark.parametrize(("stands", "status"), [(Town.bare_pod, 1), (Town.one_replica, 0)])
def test_a_pipeline_outside_gets_the_verdict_as_its_exit_status(
    stands: Callable[[Town], None], status: int, town: Town, tmp_path: Path
) -> None:
    stands(town)
    experiment = tmp_path / "pause.yaml"
    text = (CATALOG / "terminate-pod-pause.yaml").read_text()
    experiment.write_text(text.replace("ns: go-demo-8", f"ns: {town.namespace}"))
    kubeconfig = str(town.place.plane.admin_kubeconfig)
    command = [str(PROGRAM), "run", str(experiment), "--kubeconfig", kubeconfig]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == status, done.stdout + done.stderr


def run_as_a_job(place: Place, experiment: Path, *values: str) -> tuple[bool, str]:
    """What `cowbane job` prints, applied; whether the Job succeeded, and what its pod said."""
    with place.namespace("pipeline", fresh=True) as own:
        options = [word for value in values if needs(experiment, value) for word in ("--var", value)]
        command = [str(PROGRAM), "job", str(experiment), "--namespace", own, "--name", "once"]
        printed = subprocess.run(
            [*command, "--image", place.images.cowbane.tag, *options], capture_output=True, text=True
        )
        assert printed.returncode == 0, printed.stderr
        place.plane.apply(printed.stdout)
        ended = eventually(lambda: verdict(place, own), within=100, every=0.5, what="the Job's end")
        (pod,) = pods_of(place.plane, own)
        return ended == "Complete", log_of(place.plane, own, pod["metadata"]["name"])


def needs(experiment: Path, value: str) -> bool:
    return value.partition("=")[0] in experiment.read_text()


def verdict(place: Place, own: str) -> str:
    """The condition that ended the Job; empty while it runs."""
    (job,) = place.plane.list("batch/v1", "Job", own)
    conditions: list[Object] = job.get("status", {}).get("conditions") or []
    return next((each["type"] for each in conditions if each["type"] in ("Complete", "Failed")), "")
