"""The programs of deploy/demo as processes on loopback, started as the image starts them."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

from controlplane.program import KEEPER
from waiting import eventually

DEMO = Path(__file__).parents[2] / "deploy" / "demo"
LOOPBACK = "127.0.0.1"


class Running:
    """One process. `port` is where it serves, which may take it a while; `lines` is what it has said."""

    def __init__(self, file: str, arguments: tuple[str, ...], log: Path) -> None:
        self._log = log
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, str(KEEPER), str(os.getpid()), *_as_in_the_image(file), *arguments],
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    @property
    def port(self) -> int:
        return int(self.says(r"serves on port (\d+)").group(1))

    @property
    def address(self) -> str:
        return f"{LOOPBACK}:{self.port}"

    @property
    def lines(self) -> list[str]:
        return self._log.read_text().splitlines()

    @property
    def runs(self) -> bool:
        return self._process.poll() is None

    def says(self, pattern: str) -> re.Match[str]:
        """Wait until a line matches, and give the first that does."""
        matches = eventually(
            lambda: [found for line in self.lines if (found := re.search(pattern, line))],
            what=f"{pattern!r} in its log",
        )
        return matches[0]

    def told_to_end(self, *, within: float) -> int:
        """SIGTERM, and the exit code."""
        self._process.terminate()
        return self._process.wait(within)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def get(
        self, path: str, headers: dict[str, str] | None = None, *, wait: float = 10
    ) -> tuple[int, str, dict[str, str]]:
        """Status, text and headers of a request, whatever they are."""
        with closing(HTTPConnection(LOOPBACK, self.port, timeout=wait)) as connection:
            connection.request("GET", path, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read().decode(), dict(answer.headers)


def free_port() -> int:
    """A port that nobody listens to."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def _as_in_the_image(file: str) -> list[str]:
    """The entry point of the Dockerfile, by the Python that runs the tests."""
    recipe = (DEMO / "Dockerfile").read_text()
    (entry,) = re.findall(r"^ENTRYPOINT (.*)$", recipe, re.MULTILINE)
    return [sys.executable, *json.loads(entry)[1:], str(DEMO / file)]
