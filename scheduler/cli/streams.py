"""The standard streams of a command, some of them closed from the beginning, or no longer read by anybody."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TextIO

_NAMES = {0: "stdin", 1: "stdout", 2: "stderr"}


def fill() -> None:
    """Those that are closed lead nowhere; else the next file that is opened would be taken for one."""
    for number, name in _NAMES.items():
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, "w" if number else "r", closefd=False))


def give_up(stream: TextIO) -> None:
    """Nobody reads it any more: what is still to be written leads nowhere, and fails no more."""
    with suppress(OSError, ValueError):
        number, null = stream.fileno(), os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, number)
        os.close(null)
