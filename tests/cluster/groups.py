"""The control groups of the rig: whatever it started, and whatever that started, is in them and nowhere else.

Seen working with cgroup v1 and the mixed set-up; written for v2 as well, which no machine at hand had.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from waiting import eventually

NAME = "cowbane"

#: Where the rig's own programs are; a node's pods are in a group of the node's name.
PROGRAMS = "programs"

CONTROLLERS = "+cpuset +cpu +memory +pids"


def make(nodes: Sequence[str]) -> None:
    """The groups of every hierarchy, ready to hold processes."""
    for hierarchy in _hierarchies():
        _prepare(hierarchy / NAME)
        for name in (PROGRAMS, *nodes):
            _prepare(hierarchy / NAME / name)


def of_programs() -> Path:
    """The group that a started program joins, in the hierarchy that tells best who belongs to it."""
    return _hierarchies()[0] / NAME / PROGRAMS


def exist() -> bool:
    """True when something of a rig is left."""
    return bool(_groups())


def remove() -> None:
    """Kill all that is in the groups, then the groups; a process elsewhere is never touched."""
    eventually(_is_removed, within=30, what=f"the end of everything in the control groups {NAME}")


def _is_removed() -> bool:
    groups = _groups()
    for group in groups:
        with suppress(FileNotFoundError):
            for pid in (group / "cgroup.procs").read_text().split():
                _kill(int(pid))
    for group in groups:
        with suppress(OSError):  # busy until the last process is gone
            group.rmdir()
    return not exist()


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _groups() -> list[Path]:
    """All of ours, the innermost first."""
    tops = [hierarchy / NAME for hierarchy in _hierarchies()]
    found = [Path(folder) for top in tops for folder, _, _ in os.walk(top)]
    return sorted(found, key=lambda group: len(group.parts), reverse=True)


def _hierarchies() -> list[Path]:
    """Where control groups are mounted, that of v2 first: what runs is in it even where v1 counts."""
    mounts = (line.split() for line in Path("/proc/mounts").read_text().splitlines())
    found = {Path(words[1]): words[2] for words in mounts if words[2] in ("cgroup", "cgroup2")}
    return sorted(found, key=lambda path: (found[path] != "cgroup2", path))


def _prepare(group: Path) -> None:
    """Make it; cpuset gives a new group no processor and no memory, v2 no controller."""
    group.mkdir(exist_ok=True)
    for name in ("cpuset.cpus", "cpuset.mems"):
        if (group / name).exists() and (group.parent / name).exists():
            (group / name).write_text((group.parent / name).read_text())
    switch = group.parent / "cgroup.subtree_control"
    if switch.exists() and (group.parent / "cpuset.cpus.effective").exists():
        switch.write_text(CONTROLLERS)
