"""How a cluster comes and goes: whole, or nothing left of it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import urllib3
from cluster import network
from cluster.blueprint import Blueprint
from cluster.rig import Cluster
from controlplane import build


def running(blueprint: Blueprint) -> Cluster | None:
    """The cluster, if it was started to the end and answers."""
    if not blueprint.mark.exists():
        return None
    cluster = Cluster.attach(blueprint)
    try:
        return cluster if cluster.plane.admin.request("GET", "/readyz").status == 200 else None
    except (urllib3.exceptions.HTTPError, OSError):
        return None


def up(blueprint: Blueprint) -> Cluster:
    """The cluster that runs, else a new one; what a crash left is taken away first."""
    with _alone(blueprint):
        return running(blueprint) or _new(blueprint)


def down(blueprint: Blueprint) -> None:
    """Nothing of the cluster is left, whatever state it was in."""
    with _alone(blueprint):
        _remove(blueprint)


@contextmanager
def _alone(blueprint: Blueprint) -> Iterator[None]:
    blueprint.lock.parent.mkdir(parents=True, exist_ok=True)
    with build.locked(blueprint.lock):
        yield


def _new(blueprint: Blueprint) -> Cluster:
    _remove(blueprint)
    try:
        cluster = Cluster.start(blueprint)
    except BaseException:
        _remove(blueprint)
        raise
    blueprint.mark.touch()
    return cluster


def _remove(blueprint: Blueprint) -> None:
    """With the processes go their mounts and network namespaces, with those the interfaces and routes."""
    blueprint.groups.remove()
    subprocess.run(["ip", "link", "delete", network.LINK], capture_output=True)  # or wait for the kernel
    if blueprint.folder.exists():
        shutil.rmtree(blueprint.folder)
