"""`dies_with_parent.py PARENT COMMAND...`: become COMMAND, and have the kernel kill it when PARENT dies.

A program of its own because what runs between fork and exec in a process with threads may deadlock.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1

if __name__ == "__main__":
    parent, *command = sys.argv[1:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != int(parent):  # it died before we asked
        sys.exit(1)
    os.execv(command[0], command)
