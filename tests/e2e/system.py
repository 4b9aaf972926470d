"""The whole of Cowbane as separate processes: what the end-to-end tests start, watch and kill.

Beat, workers and the notifier are the plain Celery programs of the Procfile; a worker holds only the
kubeconfig that it is given.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from waiting import eventually

from workers.embedded import EmbeddedRedis
from workers.ledger.records import RunRecord, RunState
from workers.ledger.redis import RedisLedger
from workers.notifier.receiver import Receiver

PROGRAMS = Path(sys.executable).parent


@dataclass
class Process:
    """One process in a group of its own, with its log."""

    name: str
    popen: subprocess.Popen[bytes]
    log: Path

    @property
    def children(self) -> list[int]:
        """Its direct children: a worker's pool."""
        path = Path(f"/proc/{self.popen.pid}/task/{self.popen.pid}/children")
        return [int(pid) for pid in path.read_text().split()]

    def kill_all(self) -> None:
        """SIGKILL to the process and everything it started."""
        os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait()

    def stop(self, within: float = 40.0) -> int:
        """SIGTERM, as an operator stops it; its exit status."""
        if self.popen.poll() is None:
            self.popen.terminate()
        try:
            return self.popen.wait(within)
        except subprocess.TimeoutExpired:
            self.kill_all()
            raise AssertionError(
                f"{self.name} did not stop; its log:\n{self.log.read_text()[-3000:]}"
            ) from None


@dataclass
class System:
    """One deployment under test."""

    folder: Path
    repo: Path
    redis: EmbeddedRedis
    receiver: Receiver
    processes: list[Process] = field(default_factory=list)

    @property
    def ledger(self) -> RedisLedger:
        """The deployment's ledger, as the command line reads it."""
        return RedisLedger.connect(self.redis.url, "e2e")

    def beat(self, name: str = "beat", environment: Mapping[str, str] | None = None) -> Process:
        """Start a beat replica, on the deployment's repo unless it is told another source."""
        environment = environment or {"COWBANE_REPO": str(self.repo)}
        return self._start(name, "beat", "-S", "cowbane", environment=environment)

    def worker(
        self, queue: str, kubeconfig: Path, *, name: str = "worker", solo: bool = False, size: int = 2
    ) -> Process:
        """Start a worker of one queue, with the rights of one kubeconfig."""
        environment = {
            "KUBECONFIG": str(kubeconfig),
            "COWBANE_POLICY_FILE": str(self.folder / "policy.yaml"),
            "COWBANE_SOLO": "1" if solo else "0",
        }
        words = ("-Q", queue, "--concurrency", str(size), "--hostname", f"{name}@%h")
        return self._start(
            name, "worker", *words, "--without-gossip", "--without-mingle", environment=environment
        )

    def notifier(self, environment: Mapping[str, str] | None = None) -> Process:
        """Start the notifier's worker: no cluster, no repo."""
        words = (
            "-Q",
            "cowbane-notify",
            "--pool",
            "threads",
            "--concurrency",
            "2",
            "--hostname",
            "notifier@%h",
        )
        return self._start("notifier", "worker", *words, environment=environment or {})

    def runs(self, schedule: str | None = None) -> list[RunRecord]:
        """Fires and runs so far, newest first."""
        return [run for run in self.ledger.runs(10_000) if schedule in (None, run.order.schedule)]

    def ended(self, schedule: str) -> list[RunRecord]:
        """Those that are closed."""
        return [run for run in self.runs(schedule) if run.state is RunState.ENDED]

    def first_end(self, schedule: str, within: float = 30.0) -> RunRecord:
        """The first run of a schedule that ended as anything but skipped or missed."""
        return (
            eventually(
                lambda: next(
                    (r for r in reversed(self.ended(schedule)) if r.outcome not in ("skipped", "missed")),
                    None,
                ),
                within=within,
                what=f"a run of {schedule} to end\n{self.logs()}",
            )
            or self.ended(schedule)[-1]
        )

    def logs(self) -> str:
        """The last lines of every process, for a failure's message."""
        return "\n".join(f"--- {each.name}\n{each.log.read_text()[-2500:]}" for each in self.processes)

    def stop(self) -> None:
        """Stop everything that still runs, beat first."""
        for process in sorted(self.processes, key=lambda each: not each.name.startswith("beat")):
            process.stop()

    def _start(self, name: str, *words: str, environment: Mapping[str, str]) -> Process:
        log = self.folder / f"{name}-{len(self.processes)}.log"
        inherited = {
            key: value for key, value in os.environ.items() if not key.startswith(("COWBANE_", "KUBE"))
        }
        with log.open("wb") as output:
            popen = subprocess.Popen(
                [str(PROGRAMS / "celery"), "-A", "workers.app", *words, "--loglevel", "INFO"],
                cwd=self.folder,
                env={
                    **inherited,
                    "COWBANE_REDIS_URL": self.redis.url,
                    "COWBANE_DEPLOYMENT": "e2e",
                    "COWBANE_STATE_DIR": str(self.folder),
                    "COWBANE_CLUSTER": "test",
                    **environment,
                },
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        process = Process(name, popen, log)
        self.processes.append(process)
        return process


@contextmanager
def deployed(folder: Path, repo: Path) -> Iterator[System]:
    """Redis and the receiver; the test starts the rest. Nothing is left running."""
    with EmbeddedRedis(folder / "redis") as redis, Receiver() as receiver:
        system = System(folder, repo, redis, receiver)
        try:
            yield system
        finally:
            system.stop()
