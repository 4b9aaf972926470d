"""How long the check of a thousand experiments takes, in process, against chaoslib's validation."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import yaml

from bench.alternating import alternating
from bench.figure import Figure, NotMeasured
from experiments.format.check import check_experiment
from experiments.format.document import Document, read_document
from experiments.format.problem import Severity
from experiments.library import OurLibrary

FILES = 1000
ROUNDS = 5


def measure() -> Sequence[Figure]:
    """Every file read and checked; both sides find nothing wrong."""
    with tempfile.TemporaryDirectory() as folder:
        files = written(Path(folder))
        ours, theirs = alternating(our_check(files), their_check(files), rounds=ROUNDS)
    return (
        Figure(
            what=f"check of {FILES} experiments",
            ours=ours,
            peers={"chaoslib": theirs},
            target=2.0,
        ),
    )


def written(folder: Path) -> list[Path]:
    """The experiments as files."""
    files = [folder / f"experiment-{number}.yaml" for number in range(FILES)]
    for number, path in enumerate(files):
        path.write_text(yaml.safe_dump(_experiment(number), sort_keys=False))
    return files


def our_check(files: Sequence[Path]) -> Callable[[], object]:
    """As `cowbane check` does it, file after file."""
    library = OurLibrary()

    def check() -> None:
        for path in files:
            document = read_document(path, as_chaos_toolkit=True)
            problems = check_experiment(document, library) if isinstance(document, Document) else document
            if wrong := [each for each in problems if each.severity is Severity.ERROR]:
                raise NotMeasured(f"validate: our own experiment is not good: {wrong[0]}")

    return check


def their_check(files: Sequence[Path]) -> Callable[[], object]:
    """As `chaos validate` does it; it also imports what the files name."""
    from chaoslib.experiment import ensure_experiment_is_valid
    from chaoslib.loader import load_experiment

    logging.getLogger("chaostoolkit").setLevel(logging.CRITICAL)

    def check() -> None:
        for path in files:
            ensure_experiment_is_valid(load_experiment(str(path)))

    return check


def _experiment(number: int) -> dict[str, Any]:
    """What a team writes: configuration, two probes, four actions with pauses, a rollback, tolerances."""
    page = {"type": "http", "url": "http://${host}/health", "timeout": [1, 3]}
    return {
        "title": f"Service {number} survives its dependency",
        "description": "When the dependency is away, the service answers from its cache.",
        "tags": ["team:shop", "tier:1"],
        "configuration": {"host": {"type": "env", "key": "HOST", "default": f"shop-{number}"}, "wait": 5},
        "steady-state-hypothesis": {
            "title": "The service answers",
            "probes": [
                {"type": "probe", "name": "page", "tolerance": [200, 204], "provider": page},
                {
                    "type": "probe",
                    "name": "kind",
                    "tolerance": {"type": "regex", "pattern": "^posix$"},
                    "provider": _function("posixpath", "basename", p="posix"),
                },
            ],
        },
        "method": [
            {
                "type": "action",
                "name": f"step-{step}",
                "provider": _function("posixpath", "isabs", s="/"),
                "pauses": {"after": "${wait}"},
            }
            for step in range(4)
        ],
        "rollbacks": [{"type": "action", "name": "back", "provider": _function("posixpath", "isabs", s="/")}],
    }


def _function(module: str, func: str, **arguments: str) -> dict[str, Any]:
    return {"type": "python", "module": module, "func": func, "arguments": arguments}
