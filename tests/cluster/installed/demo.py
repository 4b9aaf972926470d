"""`python -m cluster.installed.demo`: everything in a cluster of this machine's own, for people to watch."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from typing import IO

import yaml
from cluster import lifetime
from cluster.blueprint import Blueprint
from cluster.installed.place import Images, Place
from cluster.installed.release import NAMESPACE, Release
from cluster.installed.scene import DEMO
from controlplane import build
from controlplane.client import Object
from waiting import eventually

CHAOS = Path(__file__).parents[3] / "deploy" / "demo" / "chaos"
COWBANE = Path(sys.executable).parent / "cowbane"


def main() -> None:
    """Furnish the cluster, install the release, and show what users and the notifier say until Ctrl-C."""
    say("cluster, images, demo system and its users")
    place = Place.furnished(lifetime.up(Blueprint.usual()), Images.built())
    place.make_namespace(NAMESPACE)
    place.make_namespace(DEMO)
    place.cluster.volume("cowbane-demo")
    place.demo_system(DEMO, replicas=3)
    place.traffic(DEMO)
    say("the repo deploy/demo/chaos, its least rights, and the release")
    place.plane.apply(printed("render", str(CHAOS)))
    rights: Object = yaml.safe_load(printed("rbac", str(CHAOS), "--output", "values"))
    rights["queues"]["go-demo-8"]["policy"] = {"http_hosts": [f"*.{DEMO}.svc"]}
    release = Release(plane=place.plane, values={**place.values(), **rights})
    release.install()
    eventually(release.ready, within=180, every=1.0, what="every pod of the release")
    watch(place)


def watch(place: Place) -> None:
    """Two logs in one, until Ctrl-C; the cluster stays."""
    kubeconfig = place.plane.admin_kubeconfig
    say("watch from another terminal; `make cluster-down` ends it all:")
    print(f"export KUBECONFIG={kubeconfig} PATH=$PATH:{build.folder()}")
    print(f"kubectl -n {DEMO} get pods --watch")
    print(f"kubectl -n {NAMESPACE} exec deploy/cowbane-beat -- cowbane runs list")
    followed = {"users": (DEMO, "deploy/traffic"), "notifier": (NAMESPACE, "deploy/cowbane-notifier")}
    for name, (namespace, workload) in followed.items():
        command = ["kubectl", f"--kubeconfig={kubeconfig}", "-n", namespace, "logs", workload, "--follow"]
        command[0] = str(build.folder() / "kubectl")
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        if process.stdout:
            threading.Thread(target=relay, args=(name, process.stdout), daemon=True).start()
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        say("the cluster and the chaos in it go on: `make cluster-down` ends them")


def relay(name: str, lines: IO[str]) -> None:
    """What people look for: the users' sums, and the notifier's events."""
    for line in lines:
        if name == "users" or "event=" in line:
            print(f"{name:>8} | {line.rstrip().partition('MainProcess] ')[2] or line.rstrip()}", flush=True)


def say(words: str) -> None:
    print(f"==> {words}", flush=True)


def printed(*words: str) -> str:
    """What the command prints."""
    return subprocess.run([COWBANE, *words], capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    main()
