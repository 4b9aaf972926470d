"""Reads and checks files, and weighs it: a program of its own, because memory is that of a process.

Its arguments are files; its answer is one JSON object: the processor seconds and the problems of each file,
and by how many MiB the process grew over all of them.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

from experiments.format.check import check_experiment
from experiments.format.document import Document, read_document
from experiments.library import OurLibrary


def problems(path: Path) -> list[str]:
    document = read_document(path, name=path.name, as_chaos_toolkit=True)
    found = check_experiment(document, OurLibrary()) if isinstance(document, Document) else document
    return [str(each) for each in found]


def grown() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main(innocent: str, names: list[str]) -> None:
    problems(Path(innocent))  # whatever is loaded late is loaded now
    before, weighed = grown(), {}
    for name in names:
        began = time.process_time()
        found = problems(Path(name))
        weighed[Path(name).name] = {"seconds": time.process_time() - began, "found": found[:3]}
    json.dump({"files": weighed, "mebibytes": grown() - before}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
