"""`cowbane run` as a person at a terminal meets it, on the simulated cluster."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from waiting import eventually

from experiments.faults.intent import Intent
from experiments.kubernetes.gateway import Gateway
from experiments.kubernetes.marks import find_marks
from experiments.rehearsal.__main__ import DEMO_SYSTEM
from experiments.rehearsal.cluster import SimulatedCluster
from experiments.rehearsal.manifests import read_manifests
from scheduler.cli.main import main

NAMESPACE = "go-demo-8"
ISTIO = "networking.istio.io/v1"
COWBANE = [sys.executable, "-c", "from scheduler.cli.main import main; main()"]


class Terminal:
    """A folder with experiments in it, and the command."""

    def __init__(self, folder: Path, cluster: SimulatedCluster) -> None:
        self.folder = folder
        self.kubeconfig = cluster.kubeconfig
        self.gateway = Gateway.connect(kubeconfig=cluster.kubeconfig)

    def run(self, *method: Any, options: tuple[str, ...] = (), **more: Any) -> Result:
        """One run; its journal is in the folder."""
        return CliRunner().invoke(main, self.arguments(*method, options=options, **more))

    def arguments(self, *method: Any, options: tuple[str, ...] = (), **more: Any) -> list[str]:
        file = self.folder / "experiment.json"
        file.write_text(json.dumps({"title": "t", "description": "d", "method": list(method), **more}))
        journal = ("--journal", str(self.journal_file))
        return ["run", str(file), "--kubeconfig", str(self.kubeconfig), *journal, *options]

    @property
    def journal_file(self) -> Path:
        return self.folder / "journal.json"

    @property
    def journal(self) -> dict[str, Any]:
        journal: dict[str, Any] = json.loads(self.journal_file.read_text())
        return journal

    def marks(self) -> list[Intent]:
        return [each for each in find_marks(self.gateway, [NAMESPACE]) if isinstance(each, Intent)]

    def services(self) -> list[Any]:
        """What an undo must give back."""
        found = self.gateway.list(ISTIO, "virtualservices", NAMESPACE)
        return [(each["metadata"]["name"], each["spec"], each["metadata"].get("labels")) for each in found]

    def pods(self) -> set[str]:
        found = self.gateway.list("v1", "pods", NAMESPACE)
        return {pod["metadata"]["uid"] for pod in found if "deletionTimestamp" not in pod["metadata"]}


@pytest.fixture(scope="module")
def cluster() -> Iterator[SimulatedCluster]:
    cluster = SimulatedCluster(start_up=timedelta(seconds=0.1))
    cluster.apply(read_manifests(DEMO_SYSTEM.read_text(), "demo"), "kubectl", namespace=NAMESPACE)
    with cluster:
        yield cluster


@pytest.fixture
def terminal(tmp_path: Path, cluster: SimulatedCluster) -> Terminal:
    terminal = Terminal(tmp_path, cluster)
    eventually(lambda: len(terminal.pods()) == 6, what="the pods of the demo system")
    return terminal


def activity(kind: str, name: str, module: str, **arguments: Any) -> dict[str, Any]:
    given = {"ns": NAMESPACE, **arguments}
    return {
        "type": kind,
        "name": name,
        "provider": {"type": "python", "module": module, "func": name, "arguments": given},
    }


KILL = activity("action", "terminate_pods", "chaosk8s.pod.actions", rand=True)
ABORT = activity("action", "abort_random_virtual_service", "cowbane.istio.actions")
COUNT = activity("probe", "count_pods", "chaosk8s.pod.probes", label_selector="")
NONE = activity("action", "terminate_pods", "chaosk8s.pod.actions", label_selector="app=nobody")


def steady(tolerance: Any) -> dict[str, Any]:
    return {
        "steady-state-hypothesis": {"title": "enough pods", "probes": [{**COUNT, "tolerance": tolerance}]}
    }


def program(path: str, tolerance: Any, *arguments: str) -> dict[str, Any]:
    """A hypothesis of one program."""
    provider = {"type": "process", "path": path, "arguments": list(arguments)}
    probe = {"type": "probe", "name": path, "tolerance": tolerance, "provider": provider}
    return {"steady-state-hypothesis": {"title": f"{path} says so", "probes": [probe]}}


def verdict(output: str) -> str:
    """The first line below the title that is not about a step."""
    return next(line for line in output.splitlines()[1:] if not line.startswith(" "))


@pytest.mark.parametrize(
    ("method", "more", "outcome", "code"),
    [
        ([ABORT], steady({"type": "range", "range": [1, 99]}), "passed", 0),
        ([KILL], {}, "passed", 0),
        ([], steady(99), "baseline-not-met", 1),
        ([NONE], {}, "action-error", 1),
        ([ABORT], {"rollbacks": [NONE]}, "passed", 1),
    ],
)
def test_it_exits_0_only_when_it_passed_and_everything_was_undone(
    terminal: Terminal, method: list[Any], more: dict[str, Any], outcome: str, code: int
) -> None:
    before = terminal.services()
    result = terminal.run(*method, **more)
    assert (terminal.journal["outcome"], result.exit_code) == (outcome, code), result.output
    assert result.stdout.splitlines()[0] == "t"
    assert verdict(result.stdout).startswith(f"{outcome}: ")
    assert (terminal.marks(), terminal.services()) == ([], before)


def test_the_journal_says_what_was_hit_and_how_it_was_undone(terminal: Terminal) -> None:
    terminal.run(ABORT)
    journal = terminal.journal
    (hit,), (undone,) = journal["targets"], journal["undos"]
    assert (hit["resource"], hit["namespace"], hit["dry"]) == ("virtualservices", NAMESPACE, False)
    assert (undone["name"], undone["result"]) == (hit["name"], "undone")
    assert journal["run_id"].startswith("run-")


def test_with_output_json_nothing_but_the_journal_is_printed(terminal: Terminal) -> None:
    result = terminal.run(KILL, options=("--output", "json"))
    assert json.loads(result.stdout) == terminal.journal


def test_dry_it_chooses_and_asks_and_changes_nothing(terminal: Terminal) -> None:
    pods, services = terminal.pods(), terminal.services()
    result = terminal.run(KILL, ABORT, **steady({"type": "range", "range": [6, 99]}), options=("--dry",))
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[0] == "t (dry)"
    assert [each["dry"] for each in terminal.journal["targets"]] == [True, True]
    assert terminal.journal["dry"] is True
    assert (terminal.pods(), terminal.services(), terminal.marks()) == (pods, services, [])


def test_a_seed_repeats_the_draws_of_another_run(terminal: Terminal) -> None:
    terminal.run(KILL, ABORT, options=("--dry",))
    first = terminal.journal
    drawn = []
    for _ in range(3):
        terminal.run(KILL, ABORT, options=("--dry", "--seed", first["run_seed"]))
        drawn.append([each["uid"] for each in terminal.journal["targets"]])
    assert drawn == [[each["uid"] for each in first["targets"]]] * 3


def test_a_value_replaces_configuration_with_its_type(terminal: Terminal) -> None:
    status = {"configuration": {"status": {"type": "env", "key": "NO_SUCH_VARIABLE"}}}
    for value, code in (("status:int=0", 0), ("status:int=1", 1)):
        result = terminal.run(**program("true", "${status}"), **status, options=("--var", value))
        assert result.exit_code == code, result.output


def test_kept_faults_stay_in_until_somebody_undoes_them(terminal: Terminal) -> None:
    before = terminal.services()
    assert terminal.run(ABORT, options=("--keep-faults",)).exit_code == 0
    assert len(terminal.marks()) == 1
    undone = CliRunner().invoke(main, ["undo", "--kubeconfig", str(terminal.kubeconfig), "-n", NAMESPACE])
    assert undone.exit_code == 0, undone.output
    assert (terminal.marks(), terminal.services()) == ([], before)


Wrong = Callable[[Path], list[str]]


def _file(text: str) -> Wrong:
    def written(folder: Path) -> list[str]:
        file = folder / "wrong.yaml"
        file.write_text(text)
        return [str(file)]

    return written


def _option(*options: str) -> Wrong:
    return lambda folder: [*_file("{title: t, description: d, method: []}")(folder), *options]


WRONG: dict[str, tuple[Wrong, str]] = {
    "no yaml": (_file("title: [\n"), "wrong.yaml:1:9: not YAML"),
    "no method": (_file("title: t\ndescription: d\n"), "wrong.yaml:1:1: "),
    "unknown module": (
        _file(
            "title: t\ndescription: d\nmethod:\n- {type: action, name: a, provider: {type: python, "
            "module: chaosk8s.pod.action, func: terminate_pods}}\n"
        ),
        "wrong.yaml:4:",
    ),
    "no file": (lambda folder: [str(folder / "nowhere.yaml")], "nowhere.yaml"),
    "bad value": (_option("--var", "nonsense"), "--var nonsense: expected name[:type]=value"),
    "bad seed": (_option("--seed", "xyz"), "--seed: expected hex digits, found 'xyz'"),
    "bad deadline": (_option("--deadline", "soon"), "--deadline"),
}


@pytest.mark.parametrize(("arguments", "words"), WRONG.values(), ids=WRONG)
def test_a_wrong_file_or_call_is_told_on_stderr_and_nothing_runs(
    tmp_path: Path, arguments: Wrong, words: str
) -> None:
    journal = tmp_path / "journal.json"
    result = CliRunner().invoke(main, ["run", *arguments(tmp_path), "--journal", str(journal)])
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr
    assert "Traceback" not in result.stderr
    assert not journal.exists()


def test_a_journal_that_cannot_be_written_is_told_before_anything_is_done(terminal: Terminal) -> None:
    pods = terminal.pods()
    result = terminal.run(KILL, options=("--journal", str(terminal.folder / "nowhere" / "journal.json")))
    assert result.exit_code == 2
    assert "nowhere" in result.stderr
    assert terminal.pods() == pods


def test_a_cluster_that_is_not_there_is_one_sentence(terminal: Terminal) -> None:
    lost = json.loads(terminal.kubeconfig.read_text())
    lost["clusters"][0]["cluster"]["server"] = "http://127.0.0.1:1"
    terminal.kubeconfig = terminal.folder / "lost"
    terminal.kubeconfig.write_text(json.dumps(lost))
    result = terminal.run(KILL)
    assert result.exit_code == 1
    assert verdict(result.stdout).startswith("action-error: terminate_pods: ")
    assert "Traceback" not in result.output


def test_no_secret_is_printed_or_written(terminal: Terminal) -> None:
    canary = "canary-8c1f"
    secrets = {"api": {"token": {"type": "env", "key": "TOKEN"}}}
    arguments = terminal.arguments(**program("echo", "nothing", "${token}"), secrets=secrets)
    result = CliRunner().invoke(main, arguments, env={"TOKEN": canary})
    assert result.exit_code == 1
    assert canary not in result.output + terminal.journal_file.read_text()
    assert "***" in terminal.journal_file.read_text()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_during_a_run_undoes_its_fault(terminal: Terminal, number: signal.Signals) -> None:
    before = terminal.services()
    command = [*COWBANE, *terminal.arguments({**ABORT, "pauses": {"after": 60}})]
    root = Path(__file__).parents[3]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=root, env=dict(os.environ)
    ) as child:
        eventually(terminal.marks, within=20, what="the fault")
        child.send_signal(number)
        output, _ = child.communicate(timeout=10)
    assert child.returncode == 1
    assert verdict(output) == f"interrupted: stopped by hand ({number.name})"
    assert terminal.journal["outcome"] == "interrupted"
    assert (terminal.marks(), terminal.services()) == ([], before)


def test_a_deadline_ends_a_run_and_undoes_its_fault(terminal: Terminal) -> None:
    before = terminal.services()
    result = terminal.run({**ABORT, "pauses": {"after": 60}}, options=("--deadline", "1s"))
    assert result.exit_code == 1
    assert verdict(result.stdout) == "interrupted: the run's deadline is over"
    assert (terminal.marks(), terminal.services()) == ([], before)


def test_whoever_stops_reading_keeps_no_fault_in(terminal: Terminal) -> None:
    before = terminal.services()
    command = [*COWBANE, *terminal.arguments(ABORT, ABORT)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "t\n"
        child.stdout.close()
        assert child.stderr is not None
        assert "Traceback" not in child.stderr.read()
        child.wait(20)
    assert terminal.journal["undo_failed"] is False
    assert (terminal.marks(), terminal.services()) == ([], before)
