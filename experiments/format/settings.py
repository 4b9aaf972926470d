"""Chaos Toolkit's settings, `~/.chaostoolkit/settings.yaml`, and the control files of a command line.

Of the settings we read what concerns a run: how to ask for experiments at URLs, controls around every
run, and strategies where neither the command line nor the file says any.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from experiments.format.document import Document, read_document
from experiments.format.findings import Findings
from experiments.format.problem import Problem
from experiments.format.runtime import read_runtime
from experiments.format.secret import Secret
from experiments.model import Json

#: In the home folder of whoever runs.
SETTINGS = Path(".chaostoolkit/settings.yaml")
_KEYS = ("auths", "controls", "runtime", "notifications")


@dataclass(frozen=True, slots=True, kw_only=True)
class Auth:
    """What an `Authorization` header says: `type value`."""

    type: str
    value: Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the files say; empty where there is none.

    `controls` are those of `document` at `("controls",)`, from their names to the rest; `warnings` hold all
    that its text has to tell.
    """

    auths: Mapping[str, Auth] = field(default_factory=dict[str, Auth])  #: by host, or host:port
    controls: Mapping[str, Json] = field(default_factory=dict[str, Json])
    runtime: Mapping[str, Json] = field(default_factory=dict[str, Json])
    #: All of it as plain data, tokens too: what controls that ask for `settings` are given.
    source: Mapping[str, Json] = field(default_factory=dict[str, Json], repr=False)
    document: Document = field(default_factory=lambda: Document(file="", data={}), repr=False)
    warnings: tuple[Problem, ...] = ()


def read_settings(path: Path) -> Settings | list[Problem]:
    """The settings of a file that must be there, or every problem of it; no problem shows a token."""
    document = read_document(path, as_chaos_toolkit=True)
    if not isinstance(document, Document):
        return document
    findings = Findings(_without_tokens(document))
    data = findings.mapping(document.data, (), "settings") or {}
    auths = _read_auths(findings, data)
    controls = findings.optional_mapping(data, "controls", ())
    runtime = findings.optional_mapping(data, "runtime", ())
    read_runtime(findings, {"runtime": runtime})
    if findings.failed():
        return findings.problems()
    return Settings(
        auths=auths,
        controls=controls,
        runtime=runtime,
        source=data,
        document=replace(document, warnings=()),
        warnings=tuple(findings.problems()),
    )


def read_control_file(path: Path) -> Settings | list[Problem]:
    """The controls of a file, a mapping from their names, as if they stood in settings."""
    document = read_document(path, as_chaos_toolkit=True)
    if not isinstance(document, Document):
        return document
    findings = Findings(document)
    controls = findings.mapping(document.data, (), "controls, a name for each,")
    if controls is None:
        return findings.problems()
    return Settings(controls=controls, document=_below(document, "controls"), warnings=document.warnings)


def _read_auths(findings: Findings, data: dict[str, Json]) -> dict[str, Auth]:
    """Nothing that is found here is shown."""
    given = data.get("auths") or {}
    if not isinstance(given, dict):
        findings.error("expected auths as a mapping, a host for each", ("auths",))
        return {}
    auths: dict[str, Auth] = {}
    for host, auth in given.items():
        kind, value = (auth.get("type"), auth.get("value")) if isinstance(auth, dict) else (None, None)
        if isinstance(kind, str) and isinstance(value, str):
            auths[host] = Auth(type=kind, value=Secret(value))
        else:
            findings.error("expected a mapping with type and value, both text", ("auths", host))
    return auths


def _without_tokens(document: Document) -> Document:
    """Warnings of the text quote it, so only those among the controls and strategies are told."""
    told = {at for place, at in document.values.items() if place[:1] in (("controls",), ("runtime",))}
    return replace(document, warnings=tuple(each for each in document.warnings if each.at in told))


def _below(document: Document, key: str) -> Document:
    """The same document as the value of a key."""
    return replace(
        document,
        data={key: document.data},
        values={(key, *place): at for place, at in document.values.items()},
        keys={(key, *place): at for place, at in document.keys.items()},
        warnings=(),
    )
