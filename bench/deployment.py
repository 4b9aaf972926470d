"""Two small deployments on one embedded Redis: the whole of Cowbane, and plain Celery beside it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import plain
from experiments.rehearsal.cluster import SimulatedCluster
from workers.embedded import EmbeddedRedis

CELERY = str(Path(sys.executable).parent / "celery")
HERE = Path(__file__).parent.parent
STOP_SECONDS = 40.0
DEPLOYMENT = "bench"
QUEUE = "shop"

SETTINGS = f"""\
version: 1
armed: true
defaults: {{ timezone: UTC, start_within: 30s, overlap: skip, deadline: 1m }}
queues:
  {QUEUE}: {{ namespaces: [shop], owners: [team-shop] }}
"""
POLICY = """\
version: 1
namespaces: [shop]
http_hosts: ["127.0.0.1"]
"""
EXPERIMENT = """\
title: A page is asked
description: Nothing is touched.
method:
  - type: probe
    name: ask
    provider: {{ type: http, url: "{page}", timeout: 3 }}
"""
SCHEDULES = """\
schedules:
  ask-a-page:
    experiment: ask.yaml
    queue: {queue}
    owner: team-shop
    when: {{ cron: "* * * * * {seconds}" }}
"""


@dataclass(frozen=True, slots=True)
class Program:
    """One running Celery program."""

    name: str
    popen: subprocess.Popen[bytes]
    log: Path

    def trouble(self) -> str:
        """Why it is not running any more; empty while it is."""
        if self.popen.poll() is None:
            return ""
        return f"{self.name} ended with {self.popen.returncode}: {self.log.read_text()[-500:]}"

    def stop(self) -> None:
        """As an operator stops it, else with everything it started."""
        self.popen.terminate()
        try:
            self.popen.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self.popen.pid, signal.SIGKILL)
            self.popen.wait()


def experiment(path: Path, page: str) -> Path:
    """The experiment whose first activity asks the page, as a file."""
    path.write_text(EXPERIMENT.format(page=page))
    return path


@contextmanager
def cowbane(folder: Path, redis: EmbeddedRedis, page: str, seconds: str) -> Iterator[tuple[Program, ...]]:
    """Beat and one worker of two children, over a cluster in which nothing happens."""
    _write_repo(folder, page, seconds)
    with SimulatedCluster(kubeconfig=folder / "kubeconfig") as cluster:
        environment = {
            "KUBECONFIG": str(cluster.kubeconfig),
            "COWBANE_REDIS_URL": redis.url,
            "COWBANE_STATE_DIR": str(folder),
            "COWBANE_DEPLOYMENT": DEPLOYMENT,
            "COWBANE_REPO": str(folder / "repo"),
            "COWBANE_POLICY_FILE": str(folder / "policy.yaml"),
            "COWBANE_SOLO": "1",
        }
        beat = ("beat", "-S", "cowbane")
        worker = ("worker", "-Q", QUEUE)
        with _running(folder, "workers.app", beat, worker, environment) as programs:
            yield programs


@contextmanager
def plain_celery(
    folder: Path, redis: EmbeddedRedis, page: str, period: int, phase: int
) -> Iterator[tuple[Program, ...]]:
    """Celery's own beat and one worker of two children."""
    environment = {
        plain.REDIS: redis.url,
        plain.PAGE: page,
        plain.PERIOD: str(period),
        plain.PHASE: str(phase),
    }
    beat = ("beat", "--schedule", str(folder / "plain-schedule"))
    with _running(folder, "bench.plain", beat, ("worker",), environment) as programs:
        yield programs


@contextmanager
def _running(
    folder: Path, app: str, beat: tuple[str, ...], worker: tuple[str, ...], environment: Mapping[str, str]
) -> Iterator[tuple[Program, ...]]:
    pool = ("--concurrency", "2", "--without-gossip", "--without-mingle")
    with ExitStack() as stack:
        programs = []
        for words in ((*worker, *pool), beat):  # beat is stopped first
            program = _start(folder, app, words, environment)
            stack.callback(program.stop)
            programs.append(program)
        yield tuple(programs)


def _start(folder: Path, app: str, words: tuple[str, ...], environment: Mapping[str, str]) -> Program:
    name = f"{app} {words[0]}"
    log = folder / f"{name.replace(' ', '-')}.log"
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("COWBANE_", "KUBE"))}
    with log.open("wb") as output:
        popen = subprocess.Popen(
            [CELERY, "-A", app, *words, "--loglevel", "INFO"],
            cwd=HERE,
            env={**inherited, **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return Program(name, popen, log)


def _write_repo(folder: Path, page: str, seconds: str) -> None:
    for name in ("experiments", "schedules"):
        (folder / "repo" / name).mkdir(parents=True)
    (folder / "policy.yaml").write_text(POLICY)
    (folder / "repo" / "cowbane.yaml").write_text(SETTINGS)
    experiment(folder / "repo" / "experiments" / "ask.yaml", page)
    (folder / "repo" / "schedules" / "shop.yaml").write_text(SCHEDULES.format(queue=QUEUE, seconds=seconds))
