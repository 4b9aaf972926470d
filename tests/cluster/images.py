"""Container images without a registry: built by buildah, kept as archives, named kl.local/NAME:TAG."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cluster import indexes
from controlplane import build as programs


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A built image: the same `id` is the same content."""

    tag: str
    id: str
    archive: Path


class BuildFailed(Exception):
    """A Dockerfile did not build; the text is buildah's last words."""


def folder() -> Path:
    """Where layers and archives are kept."""
    return programs.cache() / "images"


def build(dockerfile: Path, context: Path, tag: str, build_args: Mapping[str, str] | None = None) -> Image:
    """Build the Dockerfile; layers whose inputs are unchanged are taken from the last build."""
    folder().mkdir(parents=True, exist_ok=True)
    with programs.locked(folder() / ".lock"), tempfile.TemporaryDirectory(dir=folder()) as scratch:
        flags = [f"--build-arg={key}={value}" for key, value in (build_args or {}).items()]
        return _build(Path(scratch), dockerfile, context, tag, flags)


def built(tag: str, id: str) -> Image:
    """The image of an earlier build."""
    return Image(tag=tag, id=id, archive=folder() / f"{tag.replace('/', '_')}-{id[:20]}.tar")


def _build(scratch: Path, dockerfile: Path, context: Path, tag: str, flags: list[str]) -> Image:
    said = scratch / "id"
    _buildah(
        scratch,
        *("bud", "--isolation=chroot", "--pull-never", "--layers", f"--iidfile={said}", f"--tag={tag}"),
        *(*indexes.mounts(scratch), *flags, f"--file={dockerfile}", str(context)),
    )
    image = built(tag, said.read_text().strip().removeprefix("sha256:"))
    if not image.archive.exists():
        _buildah(scratch, "push", tag, f"docker-archive:{scratch}/image.tar:{tag}")
        (scratch / "image.tar").replace(image.archive)
        _forget_older(image)
    return image


def _forget_older(image: Image) -> None:
    tag, _, _ = image.archive.name.rpartition("-")
    for archive in folder().glob("*.tar"):
        if archive != image.archive and archive.name.rpartition("-")[0] == tag:
            archive.unlink()


def _buildah(scratch: Path, *words: str) -> None:
    """Its mounts are in a namespace of their own and gone with it, its locks in a folder of this build."""
    storage = (f"--root={folder()}/layers", f"--runroot={scratch}/run", "--storage-driver=overlay")
    command = ["unshare", "--mount", "buildah", *storage, *words]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        last_words = "\n".join((done.stdout + done.stderr).strip().splitlines()[-20:])
        raise BuildFailed(f"buildah {words[0]} ended with {done.returncode}:\n{last_words}")
