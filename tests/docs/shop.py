"""The shop of docs/experiments.md: its folder, its server, and whoever types the guide's commands there."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from docs.guide import PORT, files
from waiting import eventually

#: What is different each time, and what stands for it.
_CHANGING = (
    (r'"Server": .*', '"Server": ...'),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "DAY"),
    (r"\d\d:\d\d:\d\d", "TIME"),
    (r"run-\w+-\w+, on \S+", "RUN"),
    (r"\b\d+(\.\d+)? (ms|s)\b", "SECONDS"),
)


@dataclass(frozen=True, slots=True)
class Shop:
    """A folder in which everything of the guide is."""

    folder: Path
    environment: dict[str, str]

    def types(self, line: str, answers: str = "") -> subprocess.CompletedProcess[str]:
        """The command, its two outputs together."""
        return subprocess.run(
            ["sh", "-c", line],
            cwd=self.folder,
            env=self.environment,
            input=answers,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
        )

    def stops(self, line: str, by: signal.Signals) -> str:
        """What a command prints that is sent the signal while its first action runs."""
        command = re.split(" [#&]", line)[0].split()
        process = subprocess.Popen(
            command, cwd=self.folder, env=self.environment, stdout=subprocess.PIPE, text=True
        )
        journal = command[command.index("--journal") + 1] if "--journal" in command else "journal.json"
        lines = self.folder / f"{journal}.lines"
        eventually(lambda: lines.exists() and '"acting"' in lines.read_text(), within=30)
        process.send_signal(by)
        printed, _ = process.communicate(timeout=30)
        return printed


@contextmanager
def shop(folder: Path) -> Iterator[Shop]:
    """Open: the file is there, the server answers."""
    (folder / "shop").mkdir()
    (folder / "shop" / "stock.json").write_text('{"tea": 3, "coffee": 0}\n')
    handler = partial(_Quiet, directory=str(folder / "shop"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    for name, text in files().items():
        (folder / name).write_text(text.replace(PORT, str(server.server_port)))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    try:
        yield Shop(folder, {"PATH": path, "HOME": str(folder), "COLUMNS": "100"})
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def settled(printed: str) -> list[str]:
    """The lines, without what is different each time."""
    for changing, same in _CHANGING:
        printed = re.sub(changing, same, printed)
    return [line.removeprefix("^C").rstrip() for line in printed.splitlines()]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""
