"""`python -m bench.peak ours|theirs WHAT PATH`: numbers of bytes, for `bench.memory`."""

from __future__ import annotations

import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path


def main(whose: str, what: str, path: str) -> None:
    """The peak of the process once it has done the work; for a run also of what another one allocates."""
    perform = _WORK[what](whose, Path(path))
    perform()
    peaks = [_peak()]
    if what == "run":
        tracemalloc.start()
        perform()
        peaks.append(tracemalloc.get_traced_memory()[1])
    print(*peaks)


def _peak() -> int:
    """`getrusage` would count what the parent had when it started this process."""
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")) * 1024


def _run(whose: str, path: Path) -> Callable[[], object]:
    """Of the experiment, its journal as JSON included."""
    if whose == "ours":  # imported only where it is measured
        from bench.engine import our_run

        return our_run(path)
    from bench.chaoslib_run import their_run

    return their_run(path)


def _check(whose: str, path: Path) -> Callable[[], object]:
    """Of every experiment in the folder."""
    from bench.validate import our_check, their_check

    files = sorted(path.iterdir())
    return our_check(files) if whose == "ours" else their_check(files)


_WORK = {"run": _run, "check": _check}


if __name__ == "__main__":
    main(*sys.argv[1:])
