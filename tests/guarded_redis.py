"""A real server as production has it: on TCP, durable, with a user for each role from `cowbane redis-acl`."""

from __future__ import annotations

import signal
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from click.testing import CliRunner
from redis import Redis
from redis.exceptions import RedisError
from waiting import eventually

from scheduler.cli.redis_acl import redis_acl
from workers.dies_with_parent import leashed
from workers.embedded import installed_program
from workers.ledger.leases import DEFAULT_LEASES, Leases
from workers.ledger.redis import RedisLedger
from workers.ledger.redis.address import composed
from workers.ledger.redis.store import Client

#: Every one of them needs quoting in a URL.
ODD = "/@:%?#&+ é"
DURABLE = ("--appendonly", "yes", "--appendfsync", "always")
ADMIN = "user admin on >admin-of-the-tests ~* &* +@all\n"


@dataclass
class GuardedRedis:
    """Serves while it is entered; `password_file(role)` is what a process of that role is given."""

    folder: Path
    deployment: str
    queues: tuple[str, ...]
    options: tuple[str, ...] = DURABLE
    port: int = 0

    @property
    def url(self) -> str:
        """Without a user."""
        return f"redis://127.0.0.1:{self.port}/0"

    def password_file(self, role: str) -> Path:
        return self.folder / "passwords" / role

    def url_of(self, role: str) -> str:
        """With the role's user and password."""
        password = self.password_file(role).read_text().strip()
        return composed(self.url, username=role, password=password, ca_file=None)

    def ledger(self, role: str, leases: Leases = DEFAULT_LEASES) -> RedisLedger:
        return RedisLedger.connect(self.url_of(role), self.deployment, leases)

    def client(self, role: str) -> Client:
        """What somebody with the role's password could ask by hand."""
        client: Client = Redis.from_url(self.url_of(role), decode_responses=True, protocol=2)
        return client

    def admin(self) -> Client:
        """Whom only the tests have."""
        client: Client = Redis(
            port=self.port, username="admin", password="admin-of-the-tests", decode_responses=True, protocol=2
        )
        return client

    def start(self) -> None:
        """Begin to serve, also again after `stop`, with what was kept."""
        program = [installed_program(), "--bind", "127.0.0.1", "--port", str(self.port), "--save", ""]
        words = [*program, "--dir", str(self.folder), "--aclfile", str(self.folder / "users.acl")]
        with (self.folder / "redis.log").open("ab") as log:
            self._process = subprocess.Popen(leashed(*words, *self.options), stdout=log, stderr=log)
        eventually(self._answers, within=20, what=f"Redis to start, see {self.folder}/redis.log")

    def stop(self) -> None:
        """As an operator stops it."""
        self._process.terminate()
        self._process.wait(20)

    def pause(self) -> None:
        """Hold it still: it neither answers nor closes a line."""
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def __enter__(self) -> Self:
        self.port = self.port or free_port()
        (self.folder / "passwords").mkdir(parents=True)
        roles = ("beat", "notifier", "operator", *(f"worker-{queue}" for queue in self.queues))
        for role in roles:
            self.password_file(role).write_text(f"secret-of-{role}{ODD}\n")
        words = [f"--queue={queue}" for queue in self.queues]
        place = ("--deployment", self.deployment, "--passwords", str(self.folder / "passwords"))
        printed = CliRunner().invoke(redis_acl, [*words, *place])
        assert printed.exit_code == 0, printed.output
        (self.folder / "users.acl").write_text(printed.stdout + ADMIN)
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.resume()
        self.stop()

    def _answers(self) -> bool:
        assert self._process.poll() is None, (self.folder / "redis.log").read_text()
        client = Redis(port=self.port, username="health", password="any", protocol=2)
        try:
            return bool(client.ping())
        except RedisError:
            return False
        finally:
            client.close()


def free_port() -> int:
    """A port of this machine that nobody uses now."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])
