"""What `cowbane run` takes beside a file, as who ran `chaos run` calls it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from experiments.format.settings import Settings, read_settings
from experiments.model import Experiment, HypothesisStrategy, RollbackStrategy, Runtime
from scheduler.cli.main import main
from scheduler.cli.optional_value import joined
from scheduler.cli.runtime_options import OPTIONAL, runtime_of

STEADY = {
    "title": "steady",
    "probes": [
        {
            "type": "probe",
            "name": "status",
            "tolerance": 0,
            "provider": {"type": "process", "path": "sh", "arguments": ["-c", "exit ${status}"]},
        }
    ],
}


def shell(script: str, **more: Any) -> dict[str, Any]:
    provider = {"type": "process", "path": "sh", "arguments": ["-c", script]}
    return {"type": "action", "name": "act", "provider": provider, **more}


class Folder:
    """A folder with one experiment, and the command on it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.experiment: dict[str, Any] = {
            "title": "t",
            "description": "d",
            "configuration": {"status": 0},
            "steady-state-hypothesis": STEADY,
            "method": [shell(f"touch {path / 'done'}")],
        }

    def file(self, name: str, content: Any = None) -> str:
        if content is not None:
            (self.path / name).write_text(content if isinstance(content, str) else json.dumps(content))
        return str(self.path / name)

    def run(self, *options: str, settings: tuple[str, ...] = ("--no-settings",)) -> Result:
        file = self.file("experiment.json", self.experiment)
        journal = ("--journal-path", self.file("journal.json"))
        return CliRunner().invoke(main, ["run", *options, file, *journal, *settings])

    @property
    def journal(self) -> dict[str, Any]:
        journal: dict[str, Any] = json.loads((self.path / "journal.json").read_text())
        return journal

    @property
    def done(self) -> bool:
        return (self.path / "done").exists()


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("--dry FILE", "--dry=mutations FILE"),
        ("--dry actions FILE", "--dry=actions FILE"),
        ("FILE --dry", "FILE --dry=mutations"),
        ("--dry --fail-fast FILE", "--dry=mutations --fail-fast=0 FILE"),
        ("--fail-fast 25 FILE", "--fail-fast=25 FILE"),
        ("--fail-fast 25% FILE", "--fail-fast=25% FILE"),
        ("--dry=pause FILE", "--dry=pause FILE"),
        ("-- --dry actions", "-- --dry actions"),
    ],
)
def test_an_option_that_may_stand_alone_takes_the_next_word_only_if_it_is_its_value(
    words: str, read: str
) -> None:
    assert " ".join(joined(words.split(), OPTIONAL)) == read


@pytest.mark.parametrize(
    ("mode", "done", "probed"),
    [
        ((), True, True),
        (("--dry",), False, True),
        (("--dry", "actions"), False, True),
        (("--dry", "activities"), False, False),
        (("--dry", "probes"), True, False),
        (("--dry", "pause"), True, True),
    ],
)
def test_a_dry_run_leaves_out_what_its_mode_says(
    folder: Folder, mode: tuple[str, ...], done: bool, probed: bool
) -> None:
    result = folder.run(*mode)
    assert (result.exit_code, folder.done) == (0, done), result.output
    assert (folder.journal["steady_states"]["before"]["probes"][0]["output"] is not None) is probed
    assert folder.journal["dry"] is bool(mode)


SAID = Experiment(
    title="t",
    description="d",
    hypothesis=None,
    method=(),
    runtime=Runtime(rollbacks=RollbackStrategy.ALWAYS, frequency=3.0),
    source={"runtime": {"rollbacks": {"strategy": "always"}}},
)
SILENT = Experiment(title="t", description="d", hypothesis=None, method=())


def settings_of(folder: Folder, **strategies: str) -> Settings:
    runtime = {part: {"strategy": strategy} for part, strategy in strategies.items()}
    read = read_settings(Path(folder.file("settings.yaml", {"runtime": runtime})))
    assert isinstance(read, Settings)
    return read


def test_the_command_line_wins_over_the_file_and_the_file_over_settings(folder: Folder) -> None:
    settings = settings_of(folder, hypothesis="continuously", rollbacks="never")
    of_settings = runtime_of(SILENT, settings)
    assert (of_settings.hypothesis, of_settings.rollbacks) == (
        HypothesisStrategy.CONTINUOUSLY,
        RollbackStrategy.NEVER,
    )
    of_file = runtime_of(SAID, settings)
    assert of_file == SAID.runtime, "what the file leaves open is the default, as in Chaos Toolkit"
    line = runtime_of(
        SAID, settings, hypothesis_strategy="continously", rollback_strategy="deviated", fail_fast=20.0
    )
    assert line == Runtime(
        hypothesis=HypothesisStrategy.CONTINUOUSLY,
        rollbacks=RollbackStrategy.DEVIATED,
        frequency=3.0,
        fail_fast=20.0,
    )


@pytest.mark.parametrize("strategy", [each.value for each in HypothesisStrategy])
def test_every_hypothesis_strategy_can_be_chosen(folder: Folder, strategy: str) -> None:
    result = folder.run("--hypothesis-strategy", strategy, "--hypothesis-frequency", "10ms", "--fail-fast")
    assert (result.exit_code, folder.done) == (0, True), result.output
    looks = folder.journal["steady_states"]
    assert (looks["before"] is not None) is (strategy in ("default", "before-method-only", "continuously"))
    assert (looks["after"] is not None) is (strategy in ("default", "after-method-only", "continuously"))
    assert bool(looks["during"]) is (strategy in ("during-method-only", "continuously"))


def test_fail_fast_ends_what_is_running(folder: Folder) -> None:
    folder.experiment["configuration"] = {"status": 1}
    folder.experiment["method"] = [shell("sleep 60")]
    result = folder.run("--fail-fast", "--hypothesis-strategy", "during-method-only")
    assert (result.exit_code, folder.journal["outcome"]) == (1, "deviated")
    assert folder.journal["duration"] < 30


def test_settings_bring_strategies_and_controls_files_bring_more(folder: Folder) -> None:
    folder.file("noting.py", NOTING)
    named = {"first": control(folder, "first")}
    settings = folder.file(
        "settings.yaml", {"controls": named, "runtime": {"hypothesis": {"strategy": "skip"}}}
    )
    more = folder.file("more.json", {"second": control(folder, "second")})
    result = with_modules(folder, "--control-file", more, "--settings", settings)
    assert result.returncode == 0, result.stderr
    assert (folder.path / "noted").read_text().split() == ["first", "second"]
    assert folder.journal["steady_states"]["before"] is None


def test_a_control_may_change_what_is_loaded(folder: Folder) -> None:
    folder.file("noting.py", NOTING + RENAMING)
    more = folder.file("more.json", {"first": control(folder, "first")})
    assert with_modules(folder, "--control-file", more).returncode == 0
    assert folder.journal["experiment"]["title"] == "renamed"


RENAMING = """
def after_loading_experiment_control(context, state, **kwargs):
    state["title"] = "renamed"
"""
#: A control that says that it was called.
NOTING = """
def before_experiment_control(context, file, word, **kwargs):
    with open(file, "a") as noted:
        noted.write(word + " ")
"""


def control(folder: Folder, word: str) -> dict[str, Any]:
    arguments = {"file": folder.file("noted"), "word": word}
    return {"provider": {"type": "python", "module": "noting", "arguments": arguments}}


def with_modules(folder: Folder, *options: str) -> subprocess.CompletedProcess[str]:
    """In a process of its own, that imports from the folder and writes into it."""
    file = folder.file("experiment.json", folder.experiment)
    program = "import sys; sys.path.insert(0, sys.argv.pop(1)); from scheduler.cli.main import main; main()"
    command = [sys.executable, "-c", program, str(folder.path), "run", file, *options]
    return subprocess.run(
        [*command, "--journal", folder.file("journal.json")],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=Path(__file__).parents[3],
    )


#: An activity that prints, and has a program that does.
PRINTING = """
import subprocess

def loud():
    print("loud")
    subprocess.run(["echo", "loud"])
"""


def test_a_program_that_reads_gets_nothing_but_its_lines(folder: Folder) -> None:
    folder.file(
        "printing.py", "import subprocess\ndef loud():\n  print('loud')\n  subprocess.run(['echo', 'loud'])\n"
    )
    provider = {"type": "python", "module": "printing", "func": "loud"}
    folder.experiment["method"] = [{"type": "action", "name": "loud", "provider": provider}]
    result = with_modules(folder, "--no-settings", "--output", "json")
    assert json.loads(result.stdout) == folder.journal
    assert result.stderr.count("loud") >= 2
    result = with_modules(folder, "--no-settings", "--events-file", "-")
    assert [json.loads(line)["event"] for line in result.stdout.splitlines()][-1] == "verdict"


def test_events_are_added_to_a_file(folder: Folder) -> None:
    file = folder.file("events", "")
    for _ in range(2):
        assert folder.run("--events-file", file).exit_code == 0
    events = [json.loads(line)["event"] for line in Path(file).read_text().splitlines()]
    assert (events[0], events[-1], events.count("started"), events.count("verdict")) == (
        "started",
        "verdict",
        2,
        2,
    )


def test_files_of_values_replace_configuration_and_secrets(folder: Folder) -> None:
    folder.experiment["secrets"] = {"api": {"token": {"type": "env", "key": "NO_SUCH_TOKEN"}}}
    folder.experiment["method"] = [shell(f'printf %s "$FROM_ENV" > {folder.file("done")}')]
    values = folder.file(
        "values.json", {"configuration": {"unused": 1}, "secrets": {"api": {"token": "canary-1"}}}
    )
    env = folder.file("more.env", "FROM_ENV=hello\n")
    folder.experiment["configuration"]["word"] = {"type": "env", "key": "FROM_ENV"}
    result = folder.run("--var-file", values, "--var-file", env, "--var", "status:int=0")
    assert result.exit_code == 0, result.output
    assert "configuration has no key 'unused' to override" in result.stderr
    assert folder.journal["steady_states"]["before"]["steady_state_met"]
    assert Path(folder.file("done")).read_text() == "hello"
    assert "canary-1" not in result.output + json.dumps(folder.journal)


def test_compat_tells_their_status_exit_code_and_events(folder: Folder) -> None:
    folder.experiment["configuration"] = {"status": 1}
    assert folder.run().exit_code == 1
    events = folder.file("events")
    result = folder.run("--compat", "chaostoolkit", "--events-file", events)
    assert (result.exit_code, folder.journal["status"], folder.journal["outcome"]) == (
        0,
        "completed",
        "baseline-not-met",
    )
    told = [json.loads(line)["event"] for line in Path(events).read_text().splitlines()]
    assert [each for each in told if each.startswith("run-")] == ["run-started", "run-completed"]
    assert (told[0], told[-1]) == ("run-started", "run-completed")
    assert "as Chaos Toolkit: completed; exit 0" in result.stdout


def test_options_of_theirs_without_a_meaning_here_are_a_warning(folder: Folder) -> None:
    result = folder.run("--no-validation", "--no-verify-tls", "--no-exit")
    assert result.exit_code == 0
    assert len(result.stderr.splitlines()) == 2
    assert all("has no effect" in line for line in result.stderr.splitlines())


WRONG = {
    "a value that nothing declares": (("--var", "nope=1"), "configuration has no key 'nope' to override"),
    "a file that is not there": (("--var-file", "/no/values.json"), "/no/values.json"),
    "no control file": (("--control-file", "/no/controls.json"), "/no/controls.json"),
    "no settings": (("--settings", "/no/settings.yaml"), "/no/settings.yaml"),
    "an unknown strategy": (("--hypothesis-strategy", "sometimes"), "'sometimes' is not one of"),
    "no frequency": (("--hypothesis-frequency", "0"), "expected seconds or a duration"),
    "more than all": (("--fail-fast", "101"), "expected a percentage from 0 to 100"),
    "two that print": (("--events-file", "-", "--output", "json"), "expected one of them"),
    "no place for events": (("--events-file", "/no/events"), "--events-file: /no/events cannot be written"),
}


@pytest.mark.parametrize(("options", "words"), WRONG.values(), ids=WRONG)
def test_a_wrong_call_is_told_and_nothing_runs(folder: Folder, options: tuple[str, ...], words: str) -> None:
    result = folder.run(*options, settings=())
    assert (result.exit_code, result.stdout, folder.done) == (2, "", False)
    assert words in result.stderr
    assert not list(folder.path.glob("journal.json"))


def test_a_run_without_a_cluster_and_a_terminal_imports_nothing_for_them(folder: Folder) -> None:
    heavy = ("aiohttp", "celery", "jsonpath", "kubernetes", "pydantic", "redis", "rich", "urllib3")
    lines = ("import sys", "def seen():", f"    return [each for each in {heavy!r} if each in sys.modules]")
    folder.file("seen.py", "\n".join(lines))
    provider = {"type": "python", "module": "seen", "func": "seen"}
    folder.experiment["method"] = [{"type": "probe", "name": "seen", "provider": provider}]
    assert with_modules(folder, "--no-settings").returncode == 0
    assert folder.journal["run"][0]["output"] == []
