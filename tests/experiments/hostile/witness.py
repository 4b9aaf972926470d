"""Loads, judges and runs hostile files as a worker would, and writes down what the interpreter did meanwhile.

A program of its own, because an audit hook can never be taken out again. Its arguments are a port to connect
to and files; its answer is one JSON object: for each file and each policy what was said, and what was
imported, started or asked.
"""

from __future__ import annotations

import json
import pkgutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import experiments
from experiments.chance import Draw
from experiments.clock import SystemClock
from experiments.engine.host import Host
from experiments.engine.run import run
from experiments.engine.stop import Stop
from experiments.faults.injection import Faults, RunIdentity
from experiments.faults.intent import Intent, Undone
from experiments.faults.memory import MemoryIntents
from experiments.format.document import Document, read_document
from experiments.format.reader import read_experiment
from experiments.journal import Journal
from experiments.library import OurLibrary, resolve
from experiments.model import (
    Activity,
    ActivityKind,
    Experiment,
    HttpProvider,
    ProcessProvider,
    PythonProvider,
)
from experiments.policy import Policy

POLICIES = {
    "default": Policy(),
    "realistic": Policy(
        namespaces=("shop",),
        http_hosts=("api.example",),
        executables=("/opt/shop/*",),
        variables=("CHAOS_*",),
    ),
}
CANARY = "c4nary-0f-the-worker"
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "AWS_SECRET_ACCESS_KEY": CANARY, "COWBANE_REDIS_PASSWORD": CANARY}
#: Whatever starts with one of these leaves the interpreter.
WATCHED = (
    "import",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "os.system",
    "pty",
    "socket.",
    "subprocess",
)
#: Events of sockets that reach nobody.
HARMLESS = ("socket.__new__",)


class Witness:
    """What happened since it was last asked."""

    def __init__(self) -> None:
        self._seen: list[str] = []
        self._watching = False
        sys.addaudithook(self._hook)

    @contextmanager
    def watching(self) -> Iterator[list[str]]:
        before, self._seen, self._watching = set(sys.modules), [], True
        try:
            yield self._seen
        finally:
            self._watching = False
            self._seen += sorted(f"module {name}" for name in set(sys.modules) - before)

    def _hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self._watching and event.startswith(WATCHED) and event not in HARMLESS:
            self._seen.append(f"{event} {arguments[0]!r}")


class Nothing:
    """A reverser for runs that never change anything."""

    def undo(self, intent: Intent) -> Undone:
        raise AssertionError(f"nothing was done to {intent.target}")

    def removed(self, intent: Intent) -> str:
        raise AssertionError(f"nothing was done to {intent.target}")


def refused(path: Path, policy: Policy) -> tuple[str, str]:
    """Where it ended, `file`, `policy` or `run`, and everything that was said."""
    document = read_document(path, as_chaos_toolkit=True)
    if not isinstance(document, Document):
        return "file", "; ".join(map(str, document))
    experiment, problems = read_experiment(document)
    if experiment is None:
        return "file", "; ".join(map(str, problems))
    violations, journal = policy.violations(experiment), ran(experiment, policy)
    if violations:
        assert (journal.outcome, journal.refused) == (None, "; ".join(violations))
        return "policy", journal.refused
    return "run", journal.as_json()


def ran(experiment: Experiment, policy: Policy) -> Journal:
    clock, stop = SystemClock(), Stop()
    identity = RunIdentity(
        run="run-1", epoch=1, queue="q", cluster="c", expires=clock.now() + timedelta(hours=1)
    )
    return run(
        experiment,
        Host(
            clock=clock,
            stop=stop,
            draw=Draw(b"seed"),
            faults=Faults(identity=identity, log=MemoryIntents(), clock=clock, stop=stop),
            reverser=Nothing(),
            resolve=resolve,
            policy=policy,
            environment=ENVIRONMENT,
            sleep=lambda _: None,
        ),
    )


def load_ourselves() -> None:
    """Every module of ours, and what they load late, so that any other one stands out."""
    for each in pkgutil.walk_packages(experiments.__path__, "experiments."):
        if not each.name.endswith("__main__") and ".rehearsal" not in each.name:
            import_module(each.name)
    for module in OurLibrary().modules():
        OurLibrary().activities(module)
    for codec in ("utf_8_sig", "idna"):
        import_module(f"encodings.{codec}")


def prove(witness: Witness, port: int) -> list[str]:
    """That it sees what it looks for: what is allowed to everybody imports, starts a program and connects."""
    everything = Policy.laptop()
    activities = (
        PythonProvider(module="colorsys", func="rgb_to_hsv", arguments={"r": 0, "g": 0, "b": 0}),
        ProcessProvider(path="true"),
        HttpProvider(url=f"http://localhost:{port}/", timeout=0.1),
    )
    with witness.watching() as seen:
        for provider in activities:
            probe = Activity(kind=ActivityKind.PROBE, name="it", provider=provider)
            ran(Experiment(title="t", description="d", hypothesis=None, method=(probe,)), everything)
    return seen


def main(port: str, names: list[str]) -> None:
    load_ourselves()
    nothing = Experiment(title="t", description="d", hypothesis=None, method=())
    ran(nothing, Policy()).as_json()  # the journal names the machine, and asks it once
    witness, answers = Witness(), []
    for name in names:
        for kind, policy in POLICIES.items():
            with witness.watching() as seen:
                stage, said = refused(Path(name), policy)
            answers.append(
                {"file": Path(name).name, "policy": kind, "stage": stage, "said": said, "seen": seen}
            )
    json.dump({"answers": answers, "proof": prove(witness, int(port))}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
