"""One `--var-file`: values for the configuration and the secrets, or variables of the environment.

No problem of ours shows what was found: it may be a secret.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from experiments.format.document import Document, parse_document, read_text
from experiments.format.dotenv import parse_dotenv
from experiments.format.findings import Findings
from experiments.format.problem import Problem, Severity
from experiments.model import Json

SECTIONS = ("configuration", "secrets")


@dataclass(frozen=True, slots=True, kw_only=True)
class VarFile:
    """What one file says; nothing where its problems are errors."""

    configuration: Mapping[str, Json] = field(default_factory=dict[str, Json])
    secrets: Mapping[str, Json] = field(default_factory=dict[str, Json])
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    problems: tuple[Problem, ...] = ()


def read_var_file(path: Path) -> VarFile:
    """`.json`, `.yaml` and `.yml` hold `configuration` and `secrets`, any other file is a `.env`."""
    text = read_text(path, str(path))
    if isinstance(text, Problem):
        return VarFile(problems=(text,))
    if path.suffix not in (".json", ".yaml", ".yml"):
        variables, problems = parse_dotenv(text, str(path))
        return VarFile(environment=variables, problems=tuple(problems))
    if not text.strip():
        empty = Problem(file=str(path), message="the file is empty", severity=Severity.WARNING)
        return VarFile(problems=(empty,))
    document = parse_document(text, name=str(path), json=path.suffix == ".json", as_chaos_toolkit=True)
    return _sections(document) if isinstance(document, Document) else VarFile(problems=tuple(document))


def _sections(document: Document) -> VarFile:
    findings = Findings(document)
    data = document.data if isinstance(document.data, dict) else {}
    if not isinstance(document.data, dict):
        findings.error(f"expected a mapping with {' and '.join(SECTIONS)}", ())
    findings.keys(data, (), SECTIONS)
    for section in SECTIONS:
        if not isinstance(data.get(section) or {}, dict):
            findings.error(f"expected {section} as a mapping", (section,))
    configuration, secrets = (_mapping(data.get(section)) for section in SECTIONS)
    return VarFile(configuration=configuration, secrets=secrets, problems=tuple(findings.problems()))


def _mapping(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}
