"""The Debian packages that a cluster needs, installed where apt can."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

#: Each with a file or a program on PATH that shows it is there.
SHOWN_BY = {
    "containerd": "containerd",
    "runc": "runc",
    "containernetworking-plugins": "/usr/lib/cni/bridge",
    "iptables": "iptables",
    "nftables": "nft",
    "conntrack": "conntrack",
    "iproute2": "ip",
    "debootstrap": "debootstrap",
    "buildah": "buildah",
    "openssl": "openssl",
    "gcc": "gcc",
    "libc6-dev": "/usr/include/stdlib.h",
}


class Missing(Exception):
    """A program is not there and cannot be installed; the text says which and what to do."""


def missing() -> list[str]:
    """The packages still to be installed."""
    return [package for package, shown_by in SHOWN_BY.items() if not _is_there(shown_by)]


def install() -> None:
    """Install what is missing."""
    wanted = missing()
    if not wanted:
        return
    if shutil.which("apt-get") is None:
        raise Missing(f"expected the programs of Debian's {', '.join(wanted)}, found none: install them")
    subprocess.run(["apt-get", "update", "-qq"], check=True)
    options = ("--yes", "-qq", "--no-install-recommends")
    subprocess.run(["apt-get", "install", *options, *wanted], check=True)


def _is_there(shown_by: str) -> bool:
    return Path(shown_by).exists() if shown_by.startswith("/") else shutil.which(shown_by) is not None
