"""`cowbane run` on a terminal: what a person is left with once it is over, however narrow it is."""

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
from pathlib import Path
from typing import Any

import pytest
from waiting import eventually

COWBANE = [sys.executable, "-c", "from scheduler.cli.main import main; main()"]
ROOT = Path(__file__).parents[3]
#: A command to the terminal.
ESCAPE = re.compile(r"\x1b\[([?0-9;]*)([A-Za-z])")


class Screen:
    """What is seen of all that was written: enough of a terminal for lines that are drawn over."""

    def __init__(self) -> None:
        self.lines = [""]
        self._at = 0

    def write(self, text: str) -> None:
        while text:
            command = ESCAPE.match(text)
            if command:
                self._obey(command[1], command[2])
            elif text[0] == "\n":
                self._at += 1
                self.lines += [""] * (self._at + 1 - len(self.lines))
            elif text[0] != "\r":
                self.lines[self._at] += text[0]
            text = text[command.end() :] if command else text[1:]

    def _obey(self, argument: str, command: str) -> None:
        if command == "A":
            self._at -= int(argument or "1")
        elif command == "K":
            self.lines[self._at] = ""


class Terminal:
    """A terminal of a size, and a folder with experiments."""

    def __init__(self, folder: Path, columns: int = 80, rows: int = 24) -> None:
        self._folder = folder
        self._size = struct.pack("HHHH", rows, columns, 0, 0)
        self.written = ""

    def shell(self, name: str, script: str, **more: Any) -> dict[str, Any]:
        provider = {"type": "process", "path": "sh", "arguments": ["-c", script]}
        return {"type": "action", "name": name, "provider": provider, **more}

    def printing(self, name: str, **more: Any) -> dict[str, Any]:
        """An activity that writes to both outputs, and starts a program that does."""
        (self._folder / "printing.py").write_text(
            "import os, sys\n"
            "def loud():\n"
            "    print('on stdout')\n"
            "    print('on stderr', file=sys.stderr)\n"
            "    os.system('echo from a child')\n"
            "    sys.stdout.write('10%\\r99%\\rnot ended'); sys.stdout.flush()\n"
        )
        provider = {"type": "python", "module": "printing", "func": "loud"}
        return {"type": "action", "name": name, "provider": provider, **more}

    @contextmanager
    def running(self, *method: Mapping[str, Any], **more: Any) -> Iterator[subprocess.Popen[bytes]]:
        file = self._folder / "experiment.json"
        file.write_text(json.dumps({"title": "t", "description": "d", "method": method, **more}))
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, self._size)
        reader = threading.Thread(target=self._read, args=(ours,), daemon=True)
        command = [*COWBANE, "run", str(file), "--journal", str(self._folder / "journal.json")]
        environment = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
        path = os.pathsep.join((str(ROOT), str(self._folder)))
        try:
            with subprocess.Popen(
                command,
                stdin=theirs,
                stdout=theirs,
                stderr=theirs,
                start_new_session=True,
                env={**environment, "PYTHONPATH": path, "TERM": "xterm"},
            ) as child:
                os.close(theirs)
                reader.start()
                try:
                    yield child
                    child.wait(30)
                finally:
                    child.kill()
            reader.join(10)
        finally:
            os.close(ours)

    def run(self, *method: Mapping[str, Any], **more: Any) -> list[str]:
        """What is left to be read."""
        with self.running(*method, **more):
            pass
        return self.left

    @property
    def left(self) -> list[str]:
        screen = Screen()
        screen.write(self.written)
        return [line.rstrip() for line in screen.lines if line.strip()]

    def _read(self, terminal: int) -> None:
        with suppress(OSError):  # its other side is closed
            while data := os.read(terminal, 65536):
                self.written += data.decode()


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


def test_finished_steps_stay_and_nothing_that_was_drawn_does(terminal: Terminal) -> None:
    left = terminal.run(
        terminal.shell("slow", "sleep 0.4", pauses={"after": 0.4}),
        rollbacks=[terminal.shell("back", "sleep 0.3")],
    )
    assert left[:5] == [
        "t",
        "  action slow: done",
        "  pause of 0.4 s at slow",
        "  rollbacks",
        "  action back: done",
    ]
    assert left[5].startswith("passed: ")
    assert re.fullmatch(r"  took \d\.\d s; journal: .*/journal\.json", left[6])
    assert len(left) == 7
    assert re.search(r"action slow.*  0\.\d s", terminal.written)
    assert re.search(r"pause at slow.*  0\.\d s left", terminal.written)


def test_what_activities_print_is_lines_between_the_steps(terminal: Terminal) -> None:
    left = terminal.run(terminal.printing("loud"), terminal.shell("slow", "sleep 0.8"))
    printed = [line for line in left if line in ("on stdout", "on stderr", "from a child", "not ended")]
    assert sorted(printed) == ["from a child", "not ended", "on stderr", "on stdout"]
    assert [line for line in left if line not in printed][:3] == [
        "t",
        "  action loud: done",
        "  action slow: done",
    ]
    assert left.index("not ended") < left.index("  action slow: done")


@pytest.mark.parametrize(("columns", "rows"), [(20, 5), (3, 2), (1, 1), (0, 0)])
def test_no_terminal_is_too_small(tmp_path: Path, columns: int, rows: int) -> None:
    terminal = Terminal(tmp_path, columns, rows)
    name = "a name that no such terminal has room for, 你好世界"
    left = terminal.run(terminal.shell(name, "sleep 0.4"), terminal.shell("b", "true", background=True))
    assert "Traceback" not in terminal.written
    assert f"  action {name}: done" in left
    assert any(line.startswith("passed: ") for line in left)


def test_a_name_is_no_command_to_the_terminal(terminal: Terminal) -> None:
    terminal.run(terminal.shell("red \x1b[31m \x07 \x9b2J", "sleep 0.3"))
    assert not re.search("\x1b\\[31m \x07|\x07|\x9b", terminal.written)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda each: each.name)
def test_a_run_that_is_stopped_says_so_at_once_and_undoes(terminal: Terminal, number: signal.Signals) -> None:
    with terminal.running(
        terminal.shell("waits", "sleep 60"), rollbacks=[terminal.shell("back", "sleep 0.5")]
    ) as child:
        eventually(lambda: "action waits" in terminal.written, within=20, what="the action")
        child.send_signal(number)
        eventually(lambda: "action back" in terminal.written, within=20, what="the rollback")
        child.send_signal(number)
    assert child.returncode == 1
    told = ["  stopping: nothing more is injected, what was changed is undone", "  action back: done"]
    assert [line for line in terminal.left if line in told] == told
    assert terminal.left[-2] == f"interrupted: stopped by hand ({number.name})"
    assert "\x1b[?25h" in terminal.written.rpartition("\x1b[?25l")[2], "the cursor is back"
