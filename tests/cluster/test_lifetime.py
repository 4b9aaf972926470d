"""Nothing of a cluster is left when it is taken down, however far it had come."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from cluster import beginning
from cluster.groups import Groups
from cluster.network import LINK
from cluster.node import SYSCTLS
from waiting import eventually

pytestmark = pytest.mark.cluster

TESTS = Path(__file__).parents[1]

#: What programs of a node make on an ordinary machine.
USUAL = ("/run/containerd", "/run/netns", "/var/lib/containerd", "/var/lib/cni", "/var/lib/kubelet")
ALSO_USUAL = ("/opt/containerd", "/var/log/containers", "/var/log/pods", "/usr/libexec/kubernetes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """What a cluster could leave on a machine."""

    links: str
    routes: str
    mounts: str
    groups: tuple[Path, ...]
    sysctls: tuple[str, ...]
    files: tuple[str, ...]
    processes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Another host, as far as its network goes: the real one may have a cluster already."""

    pid: int
    folder: Path
    group: str

    def begin(self, what: str) -> subprocess.Popen[bytes]:
        """Start to bring the cluster up or down."""
        command = [sys.executable, beginning.__file__, what, self.group, str(self.folder)]
        return subprocess.Popen(self.here(*command), env={**os.environ, "PYTHONPATH": str(TESTS)})

    def traces(self) -> Traces:
        return Traces(
            links=self._said("ip", "-brief", "link"),
            routes=self._said("ip", "route"),
            mounts=Path("/proc/mounts").read_text(),
            groups=tuple(Groups(name=self.group).all()),
            sysctls=tuple(Path("/proc/sys", name).read_text() for name in SYSCTLS),
            files=tuple(name for name in (*USUAL, *ALSO_USUAL, str(self.folder)) if Path(name).exists()),
            processes=tuple(self._processes()),
        )

    def here(self, *command: str) -> list[str]:
        return ["nsenter", f"--target={self.pid}", "--net", "--", *command]

    def _said(self, *command: str) -> str:
        return subprocess.run(self.here(*command), capture_output=True, text=True, check=True).stdout

    def _processes(self) -> Iterator[str]:
        for file in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):  # it ended meanwhile
                command = file.read_text().replace("\0", " ")
                if str(self.folder) in command:
                    yield command


@pytest.mark.parametrize("reached", ["switch.pid", "node2/containerd.pid", "node2/kubelet.pid"])
def test_a_cluster_whose_start_was_killed_half_way_leaves_nothing(machine: Machine, reached: str) -> None:
    before = machine.traces()
    with machine.begin("up") as starting:
        eventually((machine.folder / reached).exists, within=30, every=0.01)
        starting.kill()
    assert machine.traces() != before
    take_down(machine)
    assert machine.traces() == before


def test_a_whole_cluster_leaves_nothing_and_sets_nothing_for_the_machine(machine: Machine) -> None:
    before = machine.traces()
    with machine.begin("up") as starting:
        assert starting.wait(60) == 0
    during = machine.traces()
    assert LINK in during.links
    assert (during.mounts, during.sysctls) == (before.mounts, before.sysctls)
    assert set(during.files) - set(before.files) == {str(machine.folder)}
    take_down(machine)
    assert machine.traces() == before


def test_taking_down_what_never_was_is_no_mistake(machine: Machine) -> None:
    before = machine.traces()
    take_down(machine)
    assert machine.traces() == before


@pytest.fixture
def machine() -> Iterator[Machine]:
    """One without a cluster; what a failed test leaves is taken away."""
    with (
        tempfile.TemporaryDirectory(prefix="cowbane-") as scratch,
        subprocess.Popen(["unshare", "--net", "sh", "-c", "ip link set lo up; exec sleep 600"]) as holder,
    ):
        eventually(lambda: Path(f"/proc/{holder.pid}/comm").read_text() == "sleep\n")
        machine = Machine(pid=holder.pid, folder=Path(scratch) / "cluster", group="cowbane-crash")
        yield machine
        take_down(machine)
        holder.kill()


def take_down(machine: Machine) -> None:
    with machine.begin("down") as ending:
        assert ending.wait(30) == 0
