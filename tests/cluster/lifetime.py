"""When the cluster of this machine is up, and how it goes: from the beginning to nothing left."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import urllib3
from cluster import groups, network
from cluster.blueprint import folder
from cluster.rig import Cluster
from controlplane import build


def up() -> Cluster:
    """The cluster that runs, else a new one; what a crash left is taken away first."""
    with _alone():
        running = _running()
        if running:
            return running
        _remove()
        try:
            cluster = Cluster.start()
        except BaseException:
            _remove()
            raise
        _mark().touch()
        return cluster


def down() -> None:
    """Nothing of a cluster is left, whatever state it was in."""
    with _alone():
        _remove()


def is_up() -> bool:
    """True when one was started to the end and answers."""
    return _running() is not None


def _running() -> Cluster | None:
    if not _mark().exists():
        return None
    cluster = Cluster.attach()
    try:
        return cluster if cluster.plane.admin.request("GET", "/readyz").status == 200 else None
    except (urllib3.exceptions.HTTPError, OSError):
        return None


def _remove() -> None:
    """With the processes go their mounts and network namespaces, with those the interfaces and routes."""
    groups.remove()
    subprocess.run(["ip", "link", "delete", network.LINK], capture_output=True)
    if folder().exists():
        shutil.rmtree(folder())


def _mark() -> Path:
    """Written when a start came to its end."""
    return folder() / "up"


@contextmanager
def _alone() -> Iterator[None]:
    build.cache().mkdir(parents=True, exist_ok=True)
    with build.locked(build.cache() / "cluster.lock"):
        yield
