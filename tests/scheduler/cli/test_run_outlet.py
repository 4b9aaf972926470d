"""Whoever reads a run's output may pause, be gone, or never have been there: the run and its undo go on."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from waiting import eventually

from scheduler.cli.outlet import Outlet

ROOT = Path(__file__).parents[3]
COWBANE = (
    f"{sys.executable} -c 'from scheduler.cli.main import main; main()' run experiment.json --no-settings"
)
KILL = {
    "type": "action",
    "name": "kill",
    "provider": {"type": "process", "path": "true"},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    provider = {"type": "process", "path": "touch", "arguments": [str(tmp_path / "undone")]}
    document = {"title": "t", "description": "d", "method": [KILL, {**KILL, "name": "kill more"}]}
    rollbacks = [{"type": "action", "name": "put back", "provider": provider}]
    (tmp_path / "experiment.json").write_text(json.dumps({**document, "rollbacks": rollbacks}))
    return tmp_path


def journal(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "journal.json").read_text())
    return found


@contextmanager
def started(folder: Path, command: str, **streams: Any) -> Iterator[subprocess.Popen[bytes]]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"}
    with subprocess.Popen(["sh", "-c", command], cwd=folder, env=environment, **streams) as child:
        try:
            yield child
        finally:
            child.kill()


#: Keys of a terminal: Ctrl-S and Ctrl-Q.
PAUSE, GO_ON = b"\x13", b"\x11"
OPTIONS = ["", "--output json", "--events-file -"]


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("redirected", [">&-", "<&- >&- 2>&-", "> /dev/full", "> /dev/full 2>&1"])
def test_an_output_that_is_closed_or_full_changes_no_exit_code(
    folder: Path, options: str, redirected: str
) -> None:
    with started(folder, f"{COWBANE} {options} {redirected}", stderr=subprocess.PIPE) as child:
        _, said = child.communicate(timeout=30)
    assert (child.returncode, b"Traceback" in said, b"Exception" in said) == (0, False, False), said
    assert journal(folder)["outcome"] == "passed"


@pytest.mark.parametrize("options", OPTIONS)
def test_a_reader_who_goes_away_changes_no_exit_code(folder: Path, options: str) -> None:
    with started(folder, f"exec {COWBANE} {options}", stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.close()
        assert child.wait(30) == 0


def test_a_terminal_that_pauses_keeps_nothing_in(folder: Path) -> None:
    """As with Ctrl-S; the run has undone all and written its journal, and tells the rest afterwards."""
    document = json.loads((folder / "experiment.json").read_text())
    document["method"][0]["pauses"] = {"after": 2}
    (folder / "experiment.json").write_text(json.dumps(document))
    ours, theirs = pty.openpty()
    with started(folder, f"exec {COWBANE}", stdin=theirs, stdout=theirs, stderr=theirs) as child:
        os.close(theirs)
        _read_until(ours, b"pause at kill")
        os.write(ours, PAUSE)
        eventually((folder / "undone").exists, within=20, what="the rollback")
        eventually(lambda: (folder / "journal.json").stat().st_size, within=20, what="the journal")
        assert child.poll() is None
        os.write(ours, GO_ON)
        _read_until(ours, b"took")
        assert child.wait(20) == 0
    os.close(ours)
    assert journal(folder)["outcome"] == "passed"


def _read_until(terminal: int, words: bytes) -> None:
    written = b""
    while words not in written:
        written += os.read(terminal, 65536)


class Reader:
    """Reads on only when it is told to."""

    def __init__(self) -> None:
        self.read: list[str] = []
        self.goes_on = threading.Event()

    def __call__(self, item: str) -> None:
        self.goes_on.wait(30)
        self.read.append(item)


def test_what_is_told_is_written_in_order_and_all_of_it() -> None:
    reader = Reader()
    with closing(Outlet(reader)) as tell:
        for item in "abc":
            tell(item)
        assert not reader.read
        reader.goes_on.set()
    assert reader.read == ["a", "b", "c"]


def test_where_somebody_reads_it_is_written_when_the_call_returns() -> None:
    reader = Reader()
    reader.goes_on.set()
    with closing(Outlet(reader)) as tell:
        for item in "abc":
            tell(item)
            assert reader.read[-1] == item


def test_what_cannot_be_written_keeps_nothing_else_back() -> None:
    written: list[str] = []

    def write(item: str) -> None:
        if item == "b":
            raise OSError("no space left")
        written.append(item)

    with closing(Outlet(write)) as tell:
        for item in "abc":
            tell(item)
    assert written == ["a", "c"]
