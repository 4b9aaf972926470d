"""What a person sees on a terminal while a run goes on, and what stays when it is over."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from waiting import eventually

from experiments.clock import FixedClock
from experiments.engine.progress import (
    Acting,
    Asked,
    Entered,
    Looked,
    Part,
    Pausing,
    Probing,
    Progress,
    Recorded,
    Undoing,
    Undone,
    Verdict,
)
from experiments.faults.intent import UndoResult
from experiments.journal import Entry, Status
from experiments.model import Outcome
from scheduler.cli.doing import Doing

ROOT = Path(__file__).parents[3]
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ENTRY = Entry(activity={}, status=Status.SUCCEEDED, start=NOON, end=NOON, duration=0.0)
ROWS: dict[str, tuple[list[Progress], list[tuple[str, str]]]] = {
    "a probe": ([Probing("count")], [("probe count", "2.0 s")]),
    "an action": ([Acting("kill")], [("action kill", "2.0 s")]),
    "an action that ended": ([Acting("kill"), Recorded(Part.METHOD, ENTRY)], []),
    "a pause": ([Acting("kill"), Pausing("kill", 90.0)], [("pause at kill", "1m 28s left")]),
    "after a pause": ([Acting("kill"), Pausing("kill", 1.5)], [("action kill", "0.5 s")]),
    "a pause behind an action": (
        [Acting("kill"), Recorded(Part.METHOD, ENTRY), Pausing("kill", 1.5)],
        [],
    ),
    "a probe that waits": (
        [Probing("count"), Asked("count", "expected 3, got 2", 30.0)],
        [("probe count: expected 3, got 2", "28 s left")],
    ),
    "an undo": ([Undoing("pods/a")], [("undo of pods/a", "2.0 s")]),
    "an undo that ended": ([Undoing("pods/a"), Undone("pods/a", UndoResult.UNDONE, "")], []),
    "the end": ([Acting("kill"), Verdict(Outcome.INTERRUPTED, "stopped", False)], []),
    "hours": ([Acting("kill"), Pausing("kill", 7262.0)], [("pause at kill", "2h 01m left")]),
}


@pytest.mark.parametrize(("events", "rows"), ROWS.values(), ids=ROWS)
def test_what_goes_on_is_a_row_with_its_time(events: list[Progress], rows: list[tuple[str, str]]) -> None:
    clock = FixedClock(NOON)
    doing = Doing(clock)
    for event in events:
        doing(event)
    clock.advance(2.0)
    assert [(row.what, row.time) for row in doing.rows()] == rows


def test_looks_beside_the_method_are_one_row_until_it_is_over() -> None:
    doing = Doing(FixedClock(NOON))
    doing(Acting("kill"))

    def look() -> None:
        for index, met in enumerate((True, False)):
            doing(Probing("count"))
            doing(Recorded(Part.DURING, ENTRY, index))
            doing(Looked(Part.DURING, met, "", index))
        doing(Probing("count"))

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    rows = [(row.what, row.time) for row in doing.rows()]
    assert rows == [("action kill", "0.0 s"), ("beside the method", "2 looks, 1 did not hold")]
    doing(Entered(Part.AFTER))
    assert not doing.rows()


@dataclass
class Terminal:
    """A terminal of some width: what was written to it, and what is to be seen of that."""

    columns: int
    descriptor: int
    written: bytearray = field(default_factory=bytearray)

    def read(self) -> None:
        with suppress(OSError):  # its other end was closed
            while data := os.read(self.descriptor, 65536):
                self.written += data

    def press(self, key: bytes) -> None:
        os.write(self.descriptor, key)

    @property
    def screen(self) -> list[str]:
        """Understands what is used: moves up, erasing, colours, wrapping."""
        rows: list[list[str]] = [[]]
        row = column = 0
        text = self.written.decode("utf-8", "replace")
        for match in re.finditer(r"\x1b\[\??(?P<count>[\d;]*)(?P<what>[A-Za-z])|(?P<sign>.|\n|\r)", text):
            if match["what"] == "A":
                row = max(0, row - int(match["count"] or 1))
            elif match["what"] == "K":
                rows[row] = [] if match["count"] == "2" else rows[row][:column]
            elif match["sign"] == "\r":
                column = 0
            elif match["sign"] == "\n":
                row += 1
            elif match["sign"]:
                if column >= self.columns:
                    row, column = row + 1, 0
                rows += [[] for _ in range(row + 1 - len(rows))]
                rows[row] += [" "] * (column + 1 - len(rows[row]))
                rows[row][column] = match["sign"]
                column += 1
            rows += [[] for _ in range(row + 1 - len(rows))]
        lines = ["".join(each) for each in rows]
        return [line for line in lines if line.strip()]

    def shows(self, words: str) -> bool:
        return words in "\n".join(self.screen)


#: The command as the leader of its terminal, which is who Ctrl-C is for.
PROGRAM = """
import fcntl, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from scheduler.cli.main import main
main()
"""


@contextmanager
def terminal_with(
    folder: Path,
    experiment: dict[str, Any],
    columns: int = 80,
    environment: Mapping[str, str] | None = None,
    rows: int = 24,
) -> Iterator[tuple[Terminal, subprocess.Popen[bytes]]]:
    (folder / "experiment.json").write_text(json.dumps({"title": "t", "description": "d", **experiment}))
    (folder / "loud.py").write_text(LOUD)
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    command = [sys.executable, "-c", PROGRAM, "run", "experiment.json", "--no-settings"]
    known = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR", "CI")}
    path = os.pathsep.join((str(ROOT), str(folder)))
    terminal = Terminal(columns, ours)
    child = subprocess.Popen(
        command,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**known, "TERM": "xterm", "PYTHONPATH": path, **(environment or {})},
        start_new_session=True,
        cwd=folder,
    )
    os.close(theirs)
    reader = threading.Thread(target=terminal.read)
    reader.start()
    try:
        yield terminal, child
    finally:
        child.kill()
        child.wait()
        reader.join(10)
        os.close(ours)


#: Prints itself, and has programs that do, to both streams and without an end of the line.
LOUD = """
import subprocess, sys, time

def loud():
    sys.stdout.write("printed by python\\n")
    subprocess.run(["sh", "-c", "echo by a program; echo to stderr >&2"])
    time.sleep(0.4)
    sys.stdout.write("and later\\n")

def unended():
    sys.stdout.write("10%\\r99%\\rdone")
    sys.stdout.flush()
"""


def shell(name: str, script: str, **more: Any) -> dict[str, Any]:
    provider = {"type": "process", "path": "sh", "arguments": ["-c", script]}
    return {"type": "action", "name": name, "provider": provider, **more}


def python(name: str, func: str = "loud", **more: Any) -> dict[str, Any]:
    provider = {"type": "python", "module": "loud", "func": func}
    return {"type": "action", "name": name, "provider": provider, **more}


def test_a_pause_counts_down_and_ctrl_c_says_what_happens(tmp_path: Path) -> None:
    go = tmp_path / "go"
    os.mkfifo(go)
    experiment = {
        "method": [shell("kill", "true", pauses={"after": 60})],
        "rollbacks": [shell("put back", f"read line < {go}")],
    }
    with terminal_with(tmp_path, experiment) as (terminal, child):
        eventually(lambda: terminal.shows("pause at kill  59 s left"), within=20)
        terminal.press(b"\x03")
        eventually(lambda: terminal.shows("action put back"), within=20)
        terminal.press(b"\x03")
        eventually(lambda: terminal.shows("action put back  1."), within=20, what="the undo that goes on")
        go.write_text("on\n")
        assert child.wait(20) == 1
        eventually(lambda: terminal.shows("took"), within=10)
        assert terminal.screen[:6] == [
            "t",
            "  action kill: done",
            "  pause of 60 s at kill",
            "  stopping: nothing more is injected, what was changed is undone",
            "  rollbacks",
            "  action put back: done",
        ], terminal.screen
        assert terminal.screen[6] == "interrupted: stopped by hand (SIGINT)"


@pytest.mark.parametrize("columns", [23, 80, 200])
def test_long_names_and_the_output_of_activities_garble_nothing(tmp_path: Path, columns: int) -> None:
    name = "an action whose name is longer than any terminal " * 5
    experiment = {
        "runtime": {"hypothesis": {"strategy": "continuously", "frequency": 0.05}},
        "steady-state-hypothesis": {
            "title": "s",
            "probes": [{**shell("look", "true"), "type": "probe", "tolerance": 0}],
        },
        "method": [python(name, background=True), python("loud \x1b[31m[red]"), python("again")],
    }
    with terminal_with(tmp_path, experiment, columns) as (terminal, child):
        assert child.wait(30) == 0
        eventually(lambda: terminal.shows("took"), within=10)
    seen = "".join(line if len(line) == columns else f"{line}\n" for line in terminal.screen)
    assert sorted(each for each in seen.splitlines() if not each.startswith(("  took", "loud"))) == sorted(
        [
            "t",
            "  probe look: holds",
            *["printed by python", "by a program", "to stderr", "and later"] * 3,
            f"  action {name}: done",
            "  action loud  [31m[red]: done",
            "  action again: done",
            "  after the method",
            "  probe look: holds",
            "passed: s: held before and during and after",
        ]
    )


def test_a_line_that_nobody_ends_is_shown_in_time_and_as_it_was_written_last(tmp_path: Path) -> None:
    experiment = {"method": [python("percent", "unended"), shell("slow", "sleep 1")]}
    with terminal_with(tmp_path, experiment) as (terminal, child):
        assert child.wait(30) == 0
        eventually(lambda: terminal.shows("took"), within=10)
    assert terminal.screen[1:4] == ["  action percent: done", "done", "  action slow: done"]


@pytest.mark.parametrize(("columns", "rows"), [(6, 2), (1, 1), (0, 0)])
def test_no_terminal_is_too_small(tmp_path: Path, columns: int, rows: int) -> None:
    experiment = {"method": [shell("sleeps 你好世界", "sleep 0.3"), shell("beside", "true", background=True)]}
    with terminal_with(tmp_path, experiment, columns, rows=rows) as (terminal, child):
        assert child.wait(30) == 0
        eventually(lambda: b"took" in terminal.written, within=10)
    assert "action sleeps 你好世界: done".encode() in terminal.written
    assert b"passed: " in terminal.written
    assert terminal.written.rfind(b"\x1b[?25h") > terminal.written.rfind(b"\x1b[?25l"), "the cursor is back"


def test_a_terminal_that_is_closed_keeps_nothing_in(tmp_path: Path) -> None:
    experiment = {
        "method": [shell("kill", "true", pauses={"after": 60})],
        "rollbacks": [shell("put back", f"touch {tmp_path / 'undone'}")],
    }
    with terminal_with(tmp_path, experiment) as (terminal, child):
        eventually(lambda: terminal.shows("pause at kill"), within=20)
        child.send_signal(signal.SIGHUP)
        assert child.wait(20) == 1
    journal = json.loads((tmp_path / "journal.json").read_text())
    assert (journal["outcome"], (tmp_path / "undone").exists()) == ("interrupted", True)


@pytest.mark.parametrize(
    ("environment", "drawn", "coloured"),
    [({}, True, True), ({"NO_COLOR": "1"}, True, False), ({"TERM": "dumb", "NO_COLOR": "1"}, False, False)],
)
def test_a_terminal_gets_what_it_can_show(
    tmp_path: Path, environment: dict[str, str], drawn: bool, coloured: bool
) -> None:
    with terminal_with(tmp_path, {"method": [python("loud")]}, environment=environment) as (terminal, child):
        assert child.wait(20) == 0
        eventually(lambda: terminal.shows("took"), within=10)
    assert (b"\x1b[2K" in terminal.written) is drawn
    assert bool(re.search(rb"\x1b\[[0-9;]*3[0-9]m", terminal.written)) is coloured
    assert terminal.screen[-2] == "passed: the method ran to its end; there was no hypothesis to judge"
