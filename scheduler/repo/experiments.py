"""The repo's experiments, read and checked once each; a schedule may only name what is among them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from experiments.format.check import check_experiment, unavailable
from experiments.format.document import Document, read_document
from experiments.format.durations import longest_run
from experiments.format.library import Library
from experiments.format.problem import Problem, Severity
from experiments.format.reader import read_experiment
from experiments.model import Json
from scheduler.repo.files import File


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperimentFile:
    """One experiment file that could be read; its problems are told elsewhere."""

    path: str
    document: Document
    data: Mapping[str, Json]
    longest: float  #: seconds of a run by its own pauses and time-outs

    @property
    def configuration(self) -> Mapping[str, Json]:
        """What `with` may set."""
        declared = self.data.get("configuration")
        return declared if isinstance(declared, dict) else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Every experiment file by path; None where it could not be read."""

    files: Mapping[str, ExperimentFile | None]

    def find(self, name: str) -> str | None:
        """The path a schedule means by `network.yaml` or `experiments/network.yaml`."""
        return next((path for path in paths_of(name) if path in self.files), None)

    def names(self) -> list[str]:
        """As schedules write them."""
        return [path.removeprefix("experiments/") for path in self.files]


def paths_of(name: str) -> tuple[str, str]:
    """What a schedule may mean by a name."""
    return f"experiments/{name}", name


def read_experiments(
    files: Iterable[File], scheduled: Collection[str], library: Library
) -> tuple[Shelf, list[Problem]]:
    """All of them with all their problems; what cannot run in this version is an error where scheduled."""
    found: dict[str, ExperimentFile | None] = {}
    problems: list[Problem] = []
    for file in files:
        document = read_document(file.path, name=file.shown, as_chaos_toolkit=True)
        if isinstance(document, Document):
            found[file.name] = _experiment(file, document)
            problems += _problems(document, library, scheduled=file.name in scheduled)
        else:
            found[file.name] = None
            problems += document
    return Shelf(files=found), problems


def _experiment(file: File, document: Document) -> ExperimentFile | None:
    if not isinstance(document.data, dict):
        return None
    experiment, _ = read_experiment(document)
    longest = longest_run(experiment) if experiment else 0.0
    return ExperimentFile(path=file.name, document=document, data=document.data, longest=longest)


def _problems(document: Document, library: Library, *, scheduled: bool) -> list[Problem]:
    problems = check_experiment(document, library)
    if not scheduled:
        unused = Problem(file=document.file, message="no schedule uses this file", severity=Severity.WARNING)
        return [*problems, unused]
    errors = unavailable(document, library)
    told = {each.at for each in errors}
    return [each for each in problems if each.at not in told or each.severity is Severity.ERROR] + errors
