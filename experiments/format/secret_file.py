"""A secret that stands in a file, as Kubernetes and Docker hand them out.

A path is relative to the folder in `COWBANE_SECRETS_DIR` and never leaves it, through no link either:
the file of an experiment must not read what the machine does not hand out.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from experiments.format.secret import NoSecret

FOLDER = "COWBANE_SECRETS_DIR"
#: Bytes; what a Secret of Kubernetes can hold.
SIZE_LIMIT = 1024 * 1024


def read_secret(path: str, environment: Mapping[str, str], *, absolute: bool = False) -> str:
    """The text of the file without the newlines at its end; raises `NoSecret`.

    Only where `absolute` says so may the path be absolute, and then it may be any.
    """
    try:
        return _text(_place(path, environment, absolute), path).rstrip("\r\n")
    except OSError as wrong:
        raise NoSecret(f"the file {path} cannot be read: {wrong.strerror}") from None


def _place(path: str, environment: Mapping[str, str], absolute: bool) -> str:
    if "\0" in path:
        raise NoSecret("expected the path of a file, found one with a NUL in it")
    if os.path.isabs(path):
        if absolute:
            return path
        raise NoSecret(f"the absolute path {path} is not allowed here; give it relative to {FOLDER}")
    if ".." in Path(path).parts:
        raise NoSecret(f"the path {path} is not allowed: it has '..' in it")
    if not environment.get(FOLDER):
        raise NoSecret(f"{FOLDER} is not set; set it to the folder in which {path} is")
    folder = os.path.realpath(environment[FOLDER])
    place = os.path.realpath(os.path.join(folder, path))
    if not Path(place).is_relative_to(folder):
        raise NoSecret(f"the path {path} is not allowed: it leads out of {FOLDER}")
    return place


def _text(place: str, path: str) -> str:
    if not stat.S_ISREG(os.stat(place).st_mode):
        raise NoSecret(f"expected a file at {path}, found something else")
    with open(place, "rb") as file:
        content = file.read(SIZE_LIMIT + 1)
    if len(content) > SIZE_LIMIT:
        raise NoSecret(f"the file {path} is larger than {SIZE_LIMIT} bytes")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NoSecret(f"the file {path} is not UTF-8 text") from None
