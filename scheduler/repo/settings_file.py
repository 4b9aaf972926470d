"""`cowbane.yaml`, read and checked by itself."""

from __future__ import annotations

from experiments.format.document import Document, read_document
from experiments.format.findings import Findings
from experiments.format.problem import Problem, Severity
from experiments.model import Json
from scheduler.repo.files import File
from scheduler.repo.ownership import check_queues
from scheduler.repo.reading import read_part
from scheduler.repo.settings import STAND_INS, Settings
from workers.notifier.settings import read_channels


def read_settings(file: File) -> tuple[Settings | None, list[Problem]]:
    """The settings, with stand-ins for what is wrong, and every problem of the file."""
    document = read_document(file.path, name=file.shown)
    if not isinstance(document, Document):
        return None, document
    findings = Findings(document)
    data = findings.mapping(document.data, (), "the settings of a repo")
    if data is None:
        return None, findings.problems()
    settings = read_part(findings, data, (), Settings, STAND_INS, depth=3)
    if settings:
        check_queues(findings, settings, data)
    return settings, findings.problems() + _channel_problems(document, data.get("notifications"))


def _channel_problems(document: Document, raw: Json) -> list[Problem]:
    """Those of the notifier, at their places; no secret is ever in them."""
    _, wrong = read_channels(raw if isinstance(raw, list) else [])
    return [
        Problem(
            file=document.file,
            at=document.key_at("notifications", *each.path),
            message=each.message,
            severity=Severity(each.severity),
        )
        for each in wrong
    ]
