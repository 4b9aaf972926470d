"""The final document of a run as a file: whole or not there, never half."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from experiments.journal.document import Journal


def write_journal(path: Path, journal: Journal) -> None:
    """Replace the file in one step; once this returns it survives a power cut. Raises `OSError`.

    A link is followed. What is no regular file, e.g. `/dev/stdout`, and a file in a folder that takes no
    other one, is written in place.
    """
    text = (journal.as_json(indent=2) + "\n").encode("ascii")
    place = Path(os.path.realpath(path))
    if place.exists() and not place.is_file():
        _write(place, text, os.O_APPEND)
        return
    beside = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        _write(beside, text, os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW)
    except PermissionError:
        _write(place, text, os.O_TRUNC)
        return
    except OSError:
        with suppress(OSError):
            beside.unlink()
        raise
    _keep_mode(place, beside)
    beside.replace(place)
    _sync_folder(place.parent)


def _write(path: Path, text: bytes, flags: int) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CLOEXEC | flags, 0o666), "wb") as file:
        file.write(text)
        file.flush()
        with suppress(OSError):  # a pipe or a terminal has no disk
            os.fsync(file.fileno())


def _keep_mode(old: Path, new: Path) -> None:
    """Who may read it stays as it was."""
    with suppress(OSError):
        new.chmod(old.stat().st_mode & 0o777)


def _sync_folder(folder: Path) -> None:
    with suppress(OSError):
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
