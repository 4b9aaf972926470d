"""`joins.py GROUP RECORD COMMAND...`: start COMMAND in a control group and record its pid and start time.

The group comes first, so a rig that dies at any moment leaves nothing that cannot be found.
"""

import os
import sys
from pathlib import Path

if __name__ == "__main__":
    group, record, *command = sys.argv[1:]
    Path(group, "cgroup.procs").write_text(str(os.getpid()))
    pid = os.fork()
    if not pid:
        os.execvp(command[0], command)
    started = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    Path(record).write_text(f"{pid} {started}")
