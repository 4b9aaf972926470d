"""`python -m bench.peak ours|theirs WHAT PATH...`: two numbers of bytes, for `bench.memory`."""

from __future__ import annotations

import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path


def main(whose: str, what: str, *paths: str) -> None:
    """The peak of the process once it has done the work, and of what doing it again allocates."""
    perform = _WORK[what](whose, [Path(each) for each in paths])
    perform()
    peak = _peak()
    tracemalloc.start()
    perform()
    print(peak, tracemalloc.get_traced_memory()[1])


def _peak() -> int:
    """In bytes; `getrusage` would count what the parent had when it started this process."""
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")) * 1024


def _run(whose: str, paths: list[Path]) -> Callable[[], object]:
    """Of the experiment, its journal as JSON included."""
    if whose == "ours":  # imported only where it is measured
        from bench.engine import our_run

        return our_run(paths[0])
    from bench.chaoslib_run import their_run

    return their_run(paths[0])


def _check(whose: str, paths: list[Path]) -> Callable[[], object]:
    """Of every experiment in the folder."""
    from bench.validate import our_check, their_check

    files = sorted(paths[0].iterdir())
    return our_check(files) if whose == "ours" else their_check(files)


_WORK = {"run": _run, "check": _check}


if __name__ == "__main__":
    main(*sys.argv[1:])
