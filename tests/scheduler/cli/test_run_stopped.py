"""`cowbane run` told to stop wherever it blocks: nothing more is done, and what was done is undone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from local_server import LocalServer, Reply
from waiting import eventually

COWBANE = [sys.executable, "-c", "from scheduler.cli.main import main; main()"]
ROOT = Path(__file__).parents[3]
#: A person, a supervisor, a terminal that was closed, and what Chaos Toolkit's safeguards send.
STOPPING = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2]
MODULE = '''
"""Activities as other people write them: they write down that they began."""
import time

def note(file, word):
    with open(file, "a") as log:
        log.write(word + "\\n")

def swallow(file):
    note(file, "begun")
    while True:
        try:
            time.sleep(60)
        except Exception:
            pass

def wait_for(file, told, goes_on):
    note(file, told)
    open(goes_on).read()
    note(file, "rollback")
'''


@dataclass
class Folder:
    """An experiment that injects, then blocks, and has a rollback; what it did is in `log`."""

    path: Path
    rollback: dict[str, Any] = field(default_factory=dict)

    @property
    def log(self) -> list[str]:
        file = self.path / "log"
        return file.read_text().split() if file.exists() else []

    @property
    def journal(self) -> dict[str, Any]:
        journal: dict[str, Any] = json.loads((self.path / "journal.json").read_text())
        return journal

    def note(self, word: str) -> dict[str, Any]:
        return self.python("note", word, word=word)

    def python(self, func: str, name: str, kind: str = "action", **arguments: str) -> dict[str, Any]:
        given = {"file": str(self.path / "log"), **arguments}
        provider = {"type": "python", "module": "stubborn", "func": func, "arguments": given}
        return {"type": kind, "name": name, "provider": provider}

    def shell(self, script: str) -> dict[str, Any]:
        """A program that says when it has begun."""
        text = f"echo begun >> {self.path / 'log'}; {script}"
        provider = {"type": "process", "path": "sh", "arguments": ["-c", text]}
        return {"type": "action", "name": "program", "provider": provider}

    def experiment(self, *blocking: Mapping[str, Any], **more: Any) -> list[str]:
        """The command that runs it."""
        (self.path / "stubborn.py").write_text(MODULE)
        document = {
            "title": "t",
            "description": "d",
            "method": [self.note("inject"), *blocking, self.note("after")],
            "rollbacks": [self.rollback or self.note("rollback")],
            **more,
        }
        file = self.path / "experiment.json"
        file.write_text(json.dumps(document))
        return [*COWBANE, "run", str(file), "--journal", str(self.path / "journal.json")]

    @contextmanager
    def running(self, command: list[str]) -> Iterator[subprocess.Popen[str]]:
        path = os.pathsep.join((str(ROOT), str(self.path)))
        with subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONPATH": path},
        ) as child:
            try:
                yield child
            finally:
                child.kill()

    def stopped(self, command: list[str], number: signal.Signals = signal.SIGTERM) -> str:
        """What it printed, told to stop once it has begun."""
        with self.running(command) as child:
            eventually(lambda: "begun" in self.log, within=20, what="the activity that blocks")
            child.send_signal(number)
            output, _ = child.communicate(timeout=30)
        assert child.returncode == 1, output
        return output

    def check(self, output: str, name: str = "SIGTERM", log: tuple[str, ...] = ()) -> None:
        assert "Traceback" not in output
        assert self.journal["outcome"] == "interrupted", self.journal["reason"]
        assert name in self.journal["reason"]
        assert self.log == [*(log or ("inject", "begun", "rollback"))]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.mark.parametrize("number", STOPPING, ids=lambda each: each.name)
def test_in_a_pause(folder: Folder, number: signal.Signals) -> None:
    command = folder.experiment({**folder.note("begun"), "pauses": {"after": 60}})
    folder.check(folder.stopped(command, number), number.name)


def test_in_a_python_activity_that_swallows_every_exception(folder: Folder) -> None:
    folder.check(folder.stopped(folder.experiment(folder.python("swallow", "blocks"))))


def test_in_an_http_call_that_is_never_answered(folder: Folder) -> None:
    with LocalServer() as server:
        server.replies["/"] = Reply(hold=threading.Event())
        call = {"type": "action", "name": "call", "provider": {"type": "http", "url": server.url()}}
        with folder.running(folder.experiment(call)) as child:
            eventually(lambda: server.asked, within=20, what="the call")
            child.send_signal(signal.SIGTERM)
            output, _ = child.communicate(timeout=30)
    folder.check(output, log=("inject", "rollback"))


def test_in_a_program_that_ignores_signals_and_its_whole_group_is_dead(folder: Folder) -> None:
    script = f"trap '' TERM INT HUP; sleep 300 & echo $! > {folder.path / 'pid'}; wait; sleep 300"
    folder.check(folder.stopped(folder.experiment(folder.shell(script))))
    grandchild = int((folder.path / "pid").read_text())
    eventually(lambda: not _is_running(grandchild), what="the end of the program's own child")


def test_beside_a_program_in_the_background(folder: Folder) -> None:
    script = f"echo $$ > {folder.path / 'pid'}; exec sleep 300"
    background = {**folder.shell(script), "background": True}
    foreground = {**folder.note("waits"), "pauses": {"after": 60}}
    output = folder.stopped(folder.experiment(background, foreground))
    assert sorted(folder.log[:3]) == ["begun", "inject", "waits"]
    folder.check(output, log=(*folder.log[:3], "rollback"))
    assert not _is_running(int((folder.path / "pid").read_text()))


def test_beside_a_function_in_the_background_that_nothing_interrupts(folder: Folder) -> None:
    background = {**folder.python("swallow", "blocks"), "background": True}
    folder.check(
        folder.stopped(folder.experiment(background, {**folder.note("waits"), "pauses": {"before": 60}}))
    )


@pytest.mark.parametrize("strategy", ["continuously", "during-method-only"])
def test_in_a_look_beside_the_method(folder: Folder, strategy: str) -> None:
    """The look hangs, and so does the method."""
    log = folder.path / "log"
    script = f"grep -q inject {log} || exit 0; echo begun >> {log}; sleep 300"
    provider = {"type": "process", "path": "sh", "arguments": ["-c", script]}
    probe = {"type": "probe", "name": "slow once there is a fault", "tolerance": 0, "provider": provider}
    command = folder.experiment(
        {**folder.note("waits"), "pauses": {"before": 60}},
        **{"steady-state-hypothesis": {"title": "h", "probes": [probe]}},
        runtime={"hypothesis": {"strategy": strategy, "frequency": 0.1}},
    )
    folder.check(folder.stopped(command))


def test_before_the_method_nothing_was_done_and_nothing_is_undone(folder: Folder) -> None:
    probe = {**folder.python("swallow", "blocks", "probe"), "tolerance": True}
    command = folder.experiment(**{"steady-state-hypothesis": {"title": "h", "probes": [probe]}})
    folder.check(folder.stopped(command), log=("begun",))


@pytest.mark.parametrize("number", STOPPING, ids=lambda each: each.name)
def test_more_signals_do_not_end_the_undo(folder: Folder, number: signal.Signals) -> None:
    goes_on = folder.path / "goes-on"
    os.mkfifo(goes_on)
    folder.rollback = folder.python("wait_for", "rollback", told="undoing", goes_on=str(goes_on))
    command = folder.experiment({**folder.note("begun"), "pauses": {"after": 60}})
    with folder.running(command) as child:
        eventually(lambda: "begun" in folder.log, within=20, what="the pause")
        child.send_signal(number)
        eventually(lambda: "undoing" in folder.log, within=20, what="the rollback")
        for _ in range(3):
            child.send_signal(number)
        goes_on.write_text("now")
        output, _ = child.communicate(timeout=30)
    folder.check(output, number.name, log=("inject", "begun", "undoing", "rollback"))


def test_a_hang_up_that_was_ignored_before_is_ignored(folder: Folder) -> None:
    """As `nohup` has it."""
    goes_on = folder.path / "goes-on"
    os.mkfifo(goes_on)
    waits = folder.python("wait_for", "waits", told="begun", goes_on=str(goes_on))
    with folder.running(["sh", "-c", 'trap "" HUP; exec "$@"', "sh", *folder.experiment(waits)]) as child:
        eventually(lambda: "begun" in folder.log, within=20, what="the activity")
        child.send_signal(signal.SIGHUP)
        goes_on.write_text("now")
        output, _ = child.communicate(timeout=30)
    assert (child.returncode, folder.journal["outcome"]) == (0, "passed"), output


def _is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0] != "Z"
    except OSError:
        return False
