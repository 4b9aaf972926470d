"""Everything the demo runs on: Redis, the simulated cluster, the receiver, and the Procfile's processes."""

from __future__ import annotations

import os
import secrets
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.clock import SystemClock
from scheduler.procfile import DEFAULT, read
from scheduler.supervisor import Supervisor

if TYPE_CHECKING:
    from experiments.kubernetes.gateway import Gateway
    from workers.ledger.redis import RedisLedger
    from workers.notifier.receiver import Receiver

NAMESPACE = "go-demo-8"
DEPLOYMENT = "demo"
REPO = Path(__file__).with_name("repo")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """The running demo, as its story looks at it."""

    folder: Path
    ledger: RedisLedger
    gateway: Gateway
    receiver: Receiver
    supervisor: Supervisor


@contextmanager
def staged(folder: Path, say: Callable[[str, str], None]) -> Iterator[Stage]:
    """Everything up, then everything down: beat, worker with its undos, notifier, and last what they use."""
    from experiments.kubernetes.gateway import Gateway
    from experiments.rehearsal.__main__ import DEMO_SYSTEM
    from experiments.rehearsal.cluster import SimulatedCluster
    from experiments.rehearsal.manifests import read_manifests
    from workers.embedded import EmbeddedRedis
    from workers.ledger.redis import RedisLedger
    from workers.notifier.receiver import Receiver

    with ExitStack() as stack:
        redis = stack.enter_context(EmbeddedRedis(folder / "redis"))
        receiver = stack.enter_context(Receiver(file=folder / "messages.jsonl"))
        cluster = SimulatedCluster(kubeconfig=folder / "kubeconfig")
        cluster.apply(
            read_manifests(DEMO_SYSTEM.read_text(), str(DEMO_SYSTEM)), "kubectl", namespace=NAMESPACE
        )
        stack.enter_context(cluster)
        write_repo(folder / "repo", receiver.url)
        environment = _environment(folder, redis.url, cluster.kubeconfig)
        supervisor = Supervisor(
            programs=read(DEFAULT, environment, without=("redis",)),
            environment=environment,
            say=say,
            clock=SystemClock(),
        )
        stack.callback(supervisor.stop)
        supervisor.start()
        yield Stage(
            folder=folder,
            ledger=RedisLedger.connect(redis.url, DEPLOYMENT),
            gateway=Gateway.connect(kubeconfig=cluster.kubeconfig),
            receiver=receiver,
            supervisor=supervisor,
        )


def write_repo(folder: Path, receiver: str) -> None:
    """The demo's YAML repo, with the receiver's address in it."""
    shutil.copytree(REPO, folder, dirs_exist_ok=True)
    settings = folder / "cowbane.yaml"
    settings.write_text(settings.read_text().replace("{{ RECEIVER }}", receiver))


def _environment(folder: Path, redis_url: str, kubeconfig: Path) -> Mapping[str, str]:
    programs = str(Path(sys.executable).parent)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("COWBANE_")}
    return {
        **inherited,
        "PATH": os.pathsep.join([programs, os.environ.get("PATH", os.defpath)]),
        "PYTHONUNBUFFERED": "1",
        "KUBECONFIG": str(kubeconfig),
        "COWBANE_REDIS_URL": redis_url,
        "COWBANE_REPO": str(folder / "repo"),
        "COWBANE_STATE_DIR": str(folder),
        "COWBANE_DEPLOYMENT": DEPLOYMENT,
        "COWBANE_CLUSTER": "simulated",
        "COWBANE_QUEUES": NAMESPACE,
        "COWBANE_SOLO": "1",
        "DEMO_SLACK_TOKEN": secrets.token_hex(8),
        "DEMO_HOOK_SECRET": secrets.token_hex(16),
    }
