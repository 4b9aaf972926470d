"""The control groups of a cluster: what it started, and what that started, is in them and nowhere else.

Seen working with cgroup v1 and the mixed set-up; written for v2 as well, which no machine at hand had.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from waiting import eventually

#: Where the cluster's own programs are; a node's pods are in a group of the node's name.
PROGRAMS = "programs"

CONTROLLERS = "+cpuset +cpu +memory +pids"


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """The group of this name in every hierarchy, and those inside it."""

    name: str

    def make(self, nodes: Iterable[str]) -> None:
        """Make them, ready to hold processes."""
        for hierarchy in _hierarchies():
            _prepare(hierarchy / self.name)
            for name in (PROGRAMS, *nodes):
                _prepare(hierarchy / self.name / name)

    @property
    def of_programs(self) -> Path:
        """The group that a started program joins, in the hierarchy that tells best who belongs to it."""
        return _hierarchies()[0] / self.name / PROGRAMS

    def remove(self) -> None:
        """Kill all that is in them, then the groups; a process elsewhere is never touched."""
        eventually(self._are_removed, within=30, what=f"the end of the control groups {self.name}")

    def all(self) -> list[Path]:
        """Those that are there, the innermost first."""
        tops = [hierarchy / self.name for hierarchy in _hierarchies()]
        found = [Path(folder) for top in tops for folder, _, _ in os.walk(top)]
        return sorted(found, key=lambda group: len(group.parts), reverse=True)

    def _are_removed(self) -> bool:
        groups = self.all()
        for group in groups:
            with suppress(FileNotFoundError):
                for pid in (group / "cgroup.procs").read_text().split():
                    _kill(int(pid))
        for group in groups:
            with suppress(OSError):  # busy until the last process is gone
                group.rmdir()
        return not self.all()


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


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
