"""`python -m cluster.installed.demo`: everything in a cluster of this machine's own, for people to watch."""

from __future__ import annotations

import shlex
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
    say("users feel pods that die; an abort goes in and out unfelt, because this cluster has no sidecars")
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
    """What people look for: the users' sums, and how each run ended and whom it hit."""
    for line in lines:
        words = line.strip().partition(": ")[2] if name == "users" else told(line)
        if words:
            print(f"{name:>8} | {words}", flush=True)


def told(line: str) -> str:
    """The notifier's line of an event in a few words; empty for any other line."""
    fields = dict(each.partition("=")[::2] for each in shlex.split(line.partition("event=")[2]))
    event = line.partition("event=")[2].partition(" ")[0]
    return f"{event}: {fields['schedule']}: {fields.get('reason', '')}" if "schedule" in fields else ""


def say(words: str) -> None:
    print(f"==> {words}", flush=True)


def printed(*words: str) -> str:
    """What the command prints."""
    return subprocess.run([COWBANE, *words], capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    main()
