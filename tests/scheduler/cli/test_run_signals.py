"""A signal ends `cowbane run` wherever it is: nothing more is injected, what was changed is put back."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from waiting import eventually

COWBANE = [sys.executable, "-c", "from scheduler.cli.main import main; main()"]
ROOT = Path(__file__).parents[3]
#: An activity that swallows what it can, and one that says when it was called.
MODULE = """
import pathlib, time

def stubborn(begun: str) -> None:
    pathlib.Path(begun).touch()
    while True:
        try:
            time.sleep(60)
        except Exception:
            pass

def is_fine() -> bool:
    return True
"""


def python(name: str, func: str, **arguments: Any) -> dict[str, Any]:
    provider = {"type": "python", "module": "stubbornly", "func": func, "arguments": arguments}
    return {"type": "action", "name": name, "provider": provider}


def shell(name: str, script: str, **more: Any) -> dict[str, Any]:
    provider = {"type": "process", "path": "sh", "arguments": ["-c", script]}
    return {"type": "action", "name": name, "provider": provider, **more}


@dataclass
class Folder:
    """Where one run leaves its traces."""

    path: Path
    server: socket.socket
    connections: list[socket.socket] = field(default_factory=list)
    children: list[int] = field(default_factory=list)

    def file(self, name: str) -> Path:
        return self.path / name

    def events(self) -> list[dict[str, Any]]:
        file = self.file("events")
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def told(self, event: str, name: str) -> bool:
        return any(each["event"] == event and each.get("name") == name for each in self.events())

    def begun(self) -> bool:
        """The marker of the body, and the group of its children where it has any."""
        if not self.file("begun").exists():
            return False
        self.children = [int(each) for each in self.file("begun").read_text().split()]
        return True

    def asked(self) -> bool:
        """Somebody asks the server, which does not answer."""
        self.connections.append(self.server.accept()[0])
        return True

    @property
    def journal(self) -> dict[str, Any]:
        journal: dict[str, Any] = json.loads(self.file("journal.json").read_text())
        return journal


#: What the method does when the signal comes, and how one sees that it does.
BODIES: dict[str, tuple[Callable[[Folder], dict[str, Any]], Callable[[Folder], object]]] = {
    "a python activity that catches Exception": (
        lambda folder: python("body", "stubborn", begun=str(folder.file("begun"))),
        Folder.begun,
    ),
    "a pause": (
        lambda folder: shell("body", "true", pauses={"after": 60}),
        lambda folder: folder.told("pausing", "body"),
    ),
    "an http call without an answer": (
        lambda folder: {"type": "action", "name": "body", "provider": {"type": "http", "url": url(folder)}},
        Folder.asked,
    ),
    "a program that ignores TERM, with a child": (
        lambda folder: shell(
            "body",
            f"trap '' TERM; sleep 60 & echo $! $$ > {folder.file('tmp')}; "
            f"mv {folder.file('tmp')} {folder.file('begun')}; while :; do wait; done",
        ),
        Folder.begun,
    ),
    "a background activity": (
        lambda folder: {**python("body", "stubborn", begun=str(folder.file("begun"))), "background": True},
        Folder.begun,
    ),
    "a background program": (
        lambda folder: shell(
            "body",
            f"echo $$ > {folder.file('tmp')}; mv {folder.file('tmp')} {folder.file('begun')}; exec sleep 60",
            background=True,
        ),
        Folder.begun,
    ),
}


def url(folder: Folder) -> str:
    return f"http://127.0.0.1:{folder.server.getsockname()[1]}/"


def written(folder: Folder, body: dict[str, Any], **more: Any) -> list[str]:
    """The command of a run that changes something, does the body, and would change something more."""
    method = [shell("change", "true"), body]
    if body.get("background"):
        method.append(shell("wait", "true", pauses={"after": 60}))
    method.append(shell("never", f"touch {folder.file('never')}"))
    rollbacks = [shell("put back", f"touch {folder.file('undone')}")]
    experiment = {"title": "t", "description": "d", "method": method, "rollbacks": rollbacks} | more
    folder.file("stubbornly.py").write_text(MODULE)
    folder.file("experiment.json").write_text(json.dumps(experiment))
    files = ["--journal", str(folder.file("journal.json")), "--events-file", str(folder.file("events"))]
    return [*COWBANE, "run", str(folder.file("experiment.json")), "--no-settings", *files]


@contextmanager
def running(folder: Folder, command: list[str]) -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(folder.path)))}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as child:
        try:
            yield child
        finally:
            child.kill()


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(20)
        folder = Folder(tmp_path, server)
        yield folder
        for connection in folder.connections:
            connection.close()


def check(folder: Folder, child: subprocess.Popen[str], number: signal.Signals) -> None:
    began = time.monotonic()
    output, _ = child.communicate(timeout=15)
    print(f"ended {time.monotonic() - began:.2f} s after the signal")  # told, not judged: machines differ
    assert child.returncode == 1, output
    assert (folder.journal["outcome"], folder.journal["undo_failed"]) == ("interrupted", False), output
    assert folder.journal["reason"] == f"stopped by hand ({number.name})"
    assert "stopping: nothing more is injected, what was changed is undone" in output
    assert not folder.file("never").exists()
    assert folder.file("undone").exists()
    assert [each["status"] for each in folder.journal["rollbacks"]] == ["succeeded"]
    _check_order(folder.events())
    eventually(lambda: not any(map(_is_running, folder.children)), what="the end of the whole group")


def _check_order(events: list[dict[str, Any]]) -> None:
    """Whatever the method began has ended, or was left, before the first rollback; the verdict is last."""
    undo = next(i for i, each in enumerate(events) if each.get("part") == "rollbacks")
    assert not [each for each in events[undo:] if each["event"] == "acting" and each["name"] != "put back"]
    assert not [each for each in events[undo:] if each.get("part") in ("method", "during", "after")]
    assert events[-1]["event"] == "verdict"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("where", BODIES)
def test_a_signal_ends_it_wherever_it_is(folder: Folder, where: str, number: signal.Signals) -> None:
    body, begun = BODIES[where]
    with running(folder, written(folder, body(folder))) as child:
        eventually(lambda: begun(folder), within=20, what="the body")
        child.send_signal(number)
        check(folder, child, number)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_continuous_check_too(folder: Folder, number: signal.Signals) -> None:
    probe = {**python("fine", "is_fine"), "type": "probe", "tolerance": True}
    more = {
        "runtime": {"hypothesis": {"strategy": "continuously", "frequency": 30}},
        "steady-state-hypothesis": {"title": "fine", "probes": [probe]},
    }
    body = shell("body", "true", pauses={"after": 60})
    with running(folder, written(folder, body, **more)) as child:
        eventually(lambda: folder.told("pausing", "body"), within=20, what="the pause")
        child.send_signal(number)
        check(folder, child, number)
    assert folder.journal["steady_states"]["during"]


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2])
def test_a_closed_terminal_and_a_safeguard_end_it_as_ctrl_c_does(
    folder: Folder, number: signal.Signals
) -> None:
    with running(folder, written(folder, BODIES["a pause"][0](folder))) as child:
        eventually(lambda: folder.told("pausing", "body"), within=20, what="the pause")
        child.send_signal(number)
        check(folder, child, number)


def test_a_closed_terminal_is_passed_over_where_it_was_asked_for(folder: Folder) -> None:
    command = written(folder, shell("body", "true", pauses={"after": 60}))
    with running(folder, ["nohup", *command]) as child:
        eventually(lambda: folder.told("pausing", "body"), within=20, what="the pause")
        child.send_signal(signal.SIGHUP)
        child.send_signal(signal.SIGTERM)
        check(folder, child, signal.SIGTERM)


def test_more_ctrl_c_while_it_is_undone_end_nothing(folder: Folder) -> None:
    rollback = shell(
        "put back",
        f"touch {folder.file('undoing')}; read line < {folder.file('go')}; touch {folder.file('undone')}",
    )
    os.mkfifo(folder.file("go"))
    command = written(folder, BODIES["a pause"][0](folder), rollbacks=[rollback])
    with running(folder, command) as child:
        eventually(lambda: folder.told("pausing", "body"), within=20, what="the pause")
        child.send_signal(signal.SIGINT)
        eventually(folder.file("undoing").exists, what="the rollback")
        for _ in range(3):
            child.send_signal(signal.SIGINT)
        folder.file("go").write_text("on\n")
        check(folder, child, signal.SIGINT)


def _is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
