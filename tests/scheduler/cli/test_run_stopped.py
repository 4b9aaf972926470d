"""A signal ends `cowbane run` also where no activity of the method runs; what was done by then is undone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from waiting import eventually

COWBANE = [sys.executable, "-c", "from scheduler.cli.main import main; main()"]
ROOT = Path(__file__).parents[3]
#: Activities and hooks as other people write them: they swallow what they can.
MODULE = """
import time

def note(file, word):
    with open(file, "a") as log:
        log.write(word + "\\n")

def swallow(file, **_):
    note(file, "begun")
    while True:
        try:
            time.sleep(60)
        except Exception:
            pass

def is_there(file):
    note(file, "begun")
    return False

def before_method_control(context, file):
    swallow(file)

def after_method_control(context, file):
    swallow(file)
"""


@dataclass
class Folder:
    """An experiment that does something, and has a rollback; what it did is in the file `log`."""

    path: Path

    @property
    def log(self) -> list[str]:
        file = self.path / "log"
        return file.read_text().split() if file.exists() else []

    @property
    def journal(self) -> dict[str, Any]:
        journal: dict[str, Any] = json.loads((self.path / "journal.json").read_text())
        return journal

    def python(self, func: str, kind: str = "action", **more: Any) -> dict[str, Any]:
        word = {"word": more.pop("word")} if "word" in more else {}
        given = {"file": str(self.path / "log"), **word}
        provider = {"type": "python", "module": "stubborn", "func": func, "arguments": given}
        return {"type": kind, "name": func, "provider": provider, **more}

    def note(self, word: str, **more: Any) -> dict[str, Any]:
        return self.python("note", word=word, **more)

    def shell(self, script: str, **more: Any) -> dict[str, Any]:
        provider = {"type": "process", "path": "sh", "arguments": ["-c", script]}
        return {"type": "probe", "name": "program", "provider": provider, **more}

    def control(self, scope: str) -> dict[str, Any]:
        provider = {"type": "python", "module": "stubborn", "arguments": {"file": str(self.path / "log")}}
        return {"name": "stubborn", "scope": scope, "provider": provider}

    def stopped(self, *method: dict[str, Any], **more: Any) -> list[str]:
        """What it did, told to stop once it has begun to block."""
        (self.path / "stubborn.py").write_text(MODULE)
        document = {
            "title": "t",
            "description": "d",
            "method": [self.note("does"), *method, self.note("more")],
            "rollbacks": [self.note("undoes")],
            **more,
        }
        (self.path / "experiment.json").write_text(json.dumps(document))
        with self._running() as child:
            eventually(lambda: "begun" in self.log, within=20, what="what blocks")
            child.send_signal(signal.SIGTERM)
            output, _ = child.communicate(timeout=30)
        assert (child.returncode, "Traceback" in output) == (1, False), output
        assert self.journal["outcome"] == "interrupted", self.journal["reason"]
        assert self.journal["reason"] == "stopped by hand (SIGTERM)"
        return self.log

    @contextmanager
    def _running(self) -> Iterator[subprocess.Popen[str]]:
        journal = ["--journal", str(self.path / "journal.json")]
        with subprocess.Popen(
            [*COWBANE, "run", str(self.path / "experiment.json"), "--no-settings", *journal],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(self.path)))},
        ) as child:
            try:
                yield child
            finally:
                child.kill()


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def steady(*probes: dict[str, Any]) -> dict[str, Any]:
    return {"steady-state-hypothesis": {"title": "h", "probes": list(probes)}}


def test_in_a_probe_whose_answer_is_configuration(folder: Folder) -> None:
    asked = folder.python("swallow", "probe")
    assert folder.stopped(configuration={"asked": asked}) == ["begun"]


def test_before_the_method(folder: Folder) -> None:
    assert folder.stopped(**steady(folder.python("swallow", "probe", tolerance=True))) == ["begun"]


def test_in_a_probe_that_judges_an_answer(folder: Folder) -> None:
    tolerance = {**folder.python("swallow", "probe"), "name": "judge"}
    assert folder.stopped(**steady(folder.shell("true", tolerance=tolerance))) == ["begun"]


def test_between_two_attempts_of_a_probe_that_waits(folder: Folder) -> None:
    waits = folder.python("is_there", "probe", tolerance=True, until={"timeout": 120, "every": 60})
    assert folder.stopped(waits) == ["does", "begun", "undoes"]


@pytest.mark.parametrize("strategy", ["continuously", "during-method-only"])
def test_in_a_look_beside_the_method_that_hangs(folder: Folder, strategy: str) -> None:
    log = folder.path / "log"
    hangs = folder.shell(f"grep -q does {log} || exit 0; echo begun >> {log}; sleep 300", tolerance=0)
    runtime = {"hypothesis": {"strategy": strategy, "frequency": 0.1}}
    waits = folder.note("never", pauses={"before": 60})
    assert folder.stopped(waits, **steady(hangs), runtime=runtime) == ["does", "begun", "undoes"]


def test_after_the_method(folder: Folder) -> None:
    probe = folder.python("swallow", "probe", tolerance=True)
    runtime = {"hypothesis": {"strategy": "after-method-only"}}
    assert folder.stopped(**steady(probe), runtime=runtime) == ["does", "more", "begun", "undoes"]


def test_in_a_hook_before_the_method(folder: Folder) -> None:
    assert folder.stopped(controls=[folder.control("before")]) == ["begun"]


def test_in_a_hook_after_the_method(folder: Folder) -> None:
    did = folder.stopped(controls=[folder.control("after")])
    assert did == ["does", "more", "begun", "undoes"]
