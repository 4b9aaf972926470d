"""The repo's files: a folder with schedules/ and experiments/, or flat as a ConfigMap mounts it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from pathlib import Path

from experiments.format.problem import Problem

SETTINGS = "cowbane.yaml"
SUFFIXES = (".yaml", ".yml", ".json")


class Kind(StrEnum):
    """What a file is, by the folder it lies in; flat, by the first word of its name."""

    SETTINGS = "settings"
    SCHEDULES = "schedules"
    EXPERIMENTS = "experiments"


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file of the repo. Its name is the same in both layouts: `schedules/shop.yaml`."""

    kind: Kind
    name: str
    shown: str  #: as it is called on the disk
    path: Path  #: where its content is, symlinks followed


def find_files(root: Path) -> tuple[list[File], list[Problem]]:
    """Every file of the repo, sorted by name; hidden ones are ignored, links out of it are problems."""
    if not root.is_dir():
        return [], [Problem(file=str(root), message=f"expected a folder with {SETTINGS}, found none")]
    inside = root.resolve()
    files: dict[str, File] = {}
    problems: list[Problem] = []
    for kind, name, path in _candidates(root):
        shown = path.relative_to(root).as_posix()
        target = path.resolve()
        if not target.is_relative_to(inside):
            problems.append(Problem(file=shown, message="a link out of the repo; copy the file into it"))
        elif name in files:
            message = f"the same file as {files[name].shown}; keep one of the two layouts"
            problems.append(Problem(file=shown, message=message))
        else:
            files[name] = File(kind=kind, name=name, shown=shown, path=target)
    if SETTINGS not in files:
        problems.append(Problem(file=SETTINGS, message="missing; it begins with `version: 1`"))
    return sorted(files.values(), key=lambda file: file.name), problems


def revision_of(files: list[File]) -> str:
    """A hash of every name and content; a file that vanished meanwhile counts as empty."""
    hashed = blake2b(digest_size=16)
    for file in files:
        try:
            content = file.path.read_bytes()
        except OSError:
            content = b""
        hashed.update(f"{file.name}\0{len(content)}\0".encode() + content)
    return hashed.hexdigest()


def _candidates(root: Path) -> Iterator[tuple[Kind, str, Path]]:
    if (root / SETTINGS).exists():
        yield Kind.SETTINGS, SETTINGS, root / SETTINGS
    for kind in (Kind.SCHEDULES, Kind.EXPERIMENTS):
        for path in _readable(root / kind.value):
            yield kind, f"{kind.value}/{path.name}", path
        for path in _readable(root):
            if path.name.startswith(f"{kind.value}."):
                yield kind, f"{kind.value}/{path.name.removeprefix(f'{kind.value}.')}", path


def _readable(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(
        path
        for path in folder.iterdir()
        if path.suffix in SUFFIXES and not path.name.startswith(".") and path.is_file()
    )
