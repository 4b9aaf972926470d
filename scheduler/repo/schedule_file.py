"""One file of schedules, read and checked by itself."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from experiments.format.document import Document, read_document
from experiments.format.expansion import Place
from experiments.format.findings import Findings
from experiments.format.problem import Problem, shown
from scheduler.repo.entry import STAND_INS, ScheduleEntry
from scheduler.repo.files import File
from scheduler.repo.reading import read_part

#: Names enter run ids, labels and draws.
_NAME = re.compile(r"[a-z0-9-]{1,50}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One schedule as it stands in its file; what is wrong with it goes to the file's findings."""

    name: str
    entry: ScheduleEntry
    place: Place
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleFile:
    """The schedules of one file, and what was found wrong so far."""

    file: File
    findings: Findings
    schedules: list[Written] = field(default_factory=list)


def read_schedule_files(files: Iterable[File]) -> tuple[list[ScheduleFile], list[Problem]]:
    """Every file that holds schedules, and why the others hold none. A name stands once in all of them."""
    read: list[ScheduleFile] = []
    problems: list[Problem] = []
    seen: dict[str, str] = {}
    for file in files:
        found = _read(file, seen)
        if isinstance(found, ScheduleFile):
            read.append(found)
        else:
            problems += found
    return read, problems


def _read(file: File, seen: dict[str, str]) -> ScheduleFile | list[Problem]:
    document = read_document(file.path, name=file.shown)
    if not isinstance(document, Document):
        return document
    found = ScheduleFile(file=file, findings=Findings(document))
    data = found.findings.mapping(document.data, (), "a file of schedules")
    if data is None:
        return found.findings.problems()
    found.findings.only_keys(data, (), ("schedules",))
    schedules = found.findings.mapping(data.get("schedules"), ("schedules",), "`schedules`")
    for name, raw in (schedules or {}).items():
        place: Place = ("schedules", name)
        at = document.key_at(*place)
        _check_name(found.findings, place, name, seen)
        seen.setdefault(name, f"{file.shown}:{at.line}")
        entry = read_part(found.findings, raw, place, ScheduleEntry, STAND_INS, depth=1)
        if entry:
            found.schedules.append(Written(name=name, entry=entry, place=place, line=at.line))
    return found


def _check_name(findings: Findings, place: Place, name: str, seen: dict[str, str]) -> None:
    if not _NAME.fullmatch(name):
        findings.error_at_key(
            f"expected a name of 1 to 50 of a-z, 0-9 and -, found {shown(name)}; rename the schedule", place
        )
    if name in seen:
        findings.error_at_key(f"schedule {name!r} is already at {seen[name]}; rename one of them", place)
