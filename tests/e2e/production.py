"""The processes of the Procfile as production starts them: each as its own user of Redis."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from e2e.page import Page
from e2e.repo import write_experiment
from e2e.system import PROGRAMS, Process
from guarded_redis import DURABLE, GuardedRedis

from scheduler import procfile
from workers.ledger.records import RunRecord, RunState

SETTINGS = """\
version: 1
armed: false
defaults: { timezone: UTC, start_within: 30s, overlap: skip, deadline: 2m }
queues:
  a: { namespaces: [shop], owners: [team-shop] }
  b: { namespaces: [other], owners: [team-shop] }
notifications: [{ type: log, name: everything, events: ["*"] }]
"""
SCHEDULES = """\
schedules:
  ask:
    experiment: ask.yaml
    queue: a
    owner: team-shop
    when: { cron: "* * * * * */2" }
"""
ASK = """\
title: A page is asked, and would be broken
description: As long as it takes to answer.
method:
  - type: probe
    name: ask
    provider: {{ type: http, url: "{page}/state", timeout: 60 }}
  - type: action
    name: break-it
    provider: {{ type: http, url: "{page}/break", method: POST, timeout: 3 }}
"""


QUEUES = {"COWBANE_QUEUES": "a"}


@dataclass
class Production:
    """One deployment; a process keeps its state in a folder of its own, as a pod does."""

    folder: Path
    redis: GuardedRedis
    page: Page
    processes: list[Process] = field(default_factory=list)

    @property
    def repo(self) -> Path:
        return self.folder / "repo"

    def write_repo(self, page: str = "") -> None:
        """One schedule that fires every two seconds and asks the page, dry: nobody armed it."""
        for name in ("schedules", "experiments"):
            (self.repo / name).mkdir(parents=True, exist_ok=True)
        (self.repo / "cowbane.yaml").write_text(SETTINGS)
        (self.repo / "schedules" / "shop.yaml").write_text(SCHEDULES)
        write_experiment(self.repo, "ask.yaml", ASK, page=page or self.page.url)
        (self.folder / "policy.yaml").write_text("version: 1\nhttp_hosts: ['127.0.0.1']\n")

    def start(self, program: str, role: str, *more: str, **environment: str) -> Process:
        """A program of the Procfile as a role, with `more` words; `environment` wins."""
        (words,) = (each.words for each in procfile.read(procfile.DEFAULT, QUEUES) if each.name == program)
        log = self.folder / f"{role}.log"
        with log.open("ab") as output:
            popen = subprocess.Popen(
                [str(PROGRAMS / words[0]), *words[1:], *more],
                cwd=self.folder,
                env={**self.environment(role), **environment},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        process = Process(role, popen, log)
        self.processes.append(process)
        return process

    def environment(self, role: str) -> Mapping[str, str]:
        """What a pod of the role has."""
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("COWBANE_", "KUBE"))}
        return {
            **inherited,
            "COWBANE_PRODUCTION": "1",
            "COWBANE_REDIS_URL": self.redis.url,
            "COWBANE_REDIS_USERNAME": role,
            "COWBANE_REDIS_PASSWORD_FILE": str(self.redis.password_file(role)),
            "COWBANE_DEPLOYMENT": self.redis.deployment,
            "COWBANE_STATE_DIR": str(self.state_dir(role)),
            "COWBANE_REPO": str(self.repo),
            "COWBANE_POLICY_FILE": str(self.folder / "policy.yaml"),
            "COWBANE_SOLO": "1",
            "PYTHONUNBUFFERED": "1",
        }

    def state_dir(self, role: str) -> Path:
        return self.folder / "state" / role

    def health(self, role: str, question: str) -> tuple[int, str]:
        """What the probe of the role's pod says."""
        asked = subprocess.run(
            [str(PROGRAMS / "cowbane"), "health", question],
            env=dict(self.environment(role)),
            capture_output=True,
            text=True,
            timeout=20,
        )
        return asked.returncode, asked.stdout + asked.stderr

    def runs(self) -> list[RunRecord]:
        """As the operator's command line reads them, oldest first."""
        ledger = self.redis.ledger("operator")
        found = ledger.runs(1000)[::-1]
        ledger.close_connections()
        return found

    def ended(self) -> list[RunRecord]:
        return [run for run in self.runs() if run.state is RunState.ENDED]

    def logs(self) -> str:
        """For a failure's message."""
        return "\n".join(f"--- {each.name}\n{each.log.read_text()[-2500:]}" for each in self.processes)


@contextmanager
def production(folder: Path, *options: str) -> Iterator[Production]:
    """Redis with its users, a page and a repo; the test starts the processes, none is left running."""
    server = GuardedRedis(folder / "redis", "production", ("a", "b"), options or DURABLE)
    with server as redis, Page() as page:
        started = Production(folder, redis, page)
        started.write_repo()
        try:
            yield started
        finally:
            redis.resume()
            for process in reversed(started.processes):
                process.stop()
