"""`dies_with_parent.py PARENT COMMAND...`: become COMMAND, and have the kernel end it when PARENT dies.

A program of its own because what runs between fork and exec in a process with threads may deadlock.
"""

import ctypes
import os
import shutil
import signal
import sys

PR_SET_PDEATHSIG = 1


def leashed(*words: str) -> list[str]:
    """The command that runs `words` and gets SIGTERM when this process dies, however it dies."""
    return [sys.executable, "-I", "-S", __file__, str(os.getpid()), *words]


if __name__ == "__main__":
    parent, *command = sys.argv[1:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != int(parent):  # it died before we asked
        sys.exit(1)
    program = shutil.which(command[0])
    if program is None:
        sys.exit(f"{command[0]}: not found on PATH")
    os.execv(program, command)
