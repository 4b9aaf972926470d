"""`python -m experiments.rehearsal`: a simulated cluster with the demo system in it, until told to stop."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from threading import Event

from experiments.rehearsal.cluster import SimulatedCluster
from experiments.rehearsal.manifests import ManifestError, read_manifests

DEMO_SYSTEM = Path(__file__).with_name("demo-system.yaml")


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT; exit code 2 when a manifest cannot be loaded."""
    asked = _parser().parse_args(arguments)
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    cluster = SimulatedCluster(
        port=asked.port,
        kubeconfig=asked.kubeconfig,
        nodes=asked.nodes,
        start_up=timedelta(seconds=asked.start_up),
    )
    try:
        for file in asked.load or [DEMO_SYSTEM]:
            cluster.apply(read_manifests(file.read_text(), str(file)), "kubectl", namespace=asked.namespace)
        with cluster:
            _say(f"simulated cluster: {cluster.url} kubeconfig: {cluster.kubeconfig}")
            stop.wait()
    except (ManifestError, OSError) as problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m experiments.rehearsal", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="on loopback; 0 takes a free one")
    parser.add_argument("--kubeconfig", type=Path, help="write a kubeconfig for clients to this file")
    parser.add_argument(
        "--load", type=Path, nargs="+", metavar="FILE", help="manifests instead of the demo's"
    )
    parser.add_argument("--namespace", default="go-demo-8", help="for manifests that name none")
    parser.add_argument("--nodes", type=int, default=3, help="how many nodes there are")
    parser.add_argument("--start-up", type=float, default=2.0, help="seconds until a pod is ready")
    return parser


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
