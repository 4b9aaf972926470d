"""Settings, controls and values given beside a file end in values, or in one line for each problem."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from odd_files import (
    PATIENT,
    assert_one_line,
    assert_told,
    files,
    nearly,
    nearly_text,
    places,
    replaced,
    trees,
    words,
)

from experiments.format.configuration import resolve_configuration
from experiments.format.controls import read_named_controls
from experiments.format.findings import Findings
from experiments.format.overrides import Overrides, read_overrides
from experiments.format.problem import Problem
from experiments.format.redactor import Redactor
from experiments.format.secrets import resolve_secrets
from experiments.format.settings import Settings, read_control_file, read_settings
from experiments.format.substitution import has_reference, substitute
from experiments.model import Json
from experiments.plain import plain

pytestmark = pytest.mark.properties

SECRET = "c4nary"
SETTINGS = f"""\
auths:
  example.com: {{type: bearer, value: {SECRET}}}
controls:
  tracing:
    provider: {{type: python, module: os.path, arguments: {{a: 1}}}}
    scope: before
    automatic: false
runtime:
  deadline: 1h
  hypothesis:
    {{strategy: continuously, frequency: 500ms, fail_fast: 20, recovered: {{timeout: 2m, every: 1s}}}}
  rollbacks: {{strategy: always}}
notifications: [{{type: http, url: "http://example.com"}}]
"""
CONTROLS = """\
tracing: {provider: {type: python, module: os.path, arguments: {a: 1}}, scope: before, automatic: false}
other: {provider: {type: python, module: os.path}}
"""
VALUES = f"""\
configuration:
  host: example.com
  port: {{type: env, key: PORT, default: 80, env_var_type: int}}
secrets:
  group:
    token: {SECRET}
    deeper: {{type: vault, path: secret/x, key: k}}
    file: {{type: file, path: token}}
"""
DOTENV = f"# a comment\nexport PORT=80\nTOKEN='{SECRET}'\nOTHER=\"a\\nb\" # more\n\nEMPTY=\n"
SETTINGS_DATA, VALUES_DATA = yaml.safe_load(SETTINGS), yaml.safe_load(VALUES)
SETTINGS_TREES = trees(words(SETTINGS_DATA) - {SECRET})
KINDS = ("env", "file", "vault", "probe", "int", "integer", "number", "float", "bytes", "bool", "json", "")
VALUES_TREES = trees((words(VALUES_DATA) - {SECRET}) | {*KINDS})
#: Values as they are declared.
MAPPINGS = nearly(VALUES_DATA["configuration"] | VALUES_DATA["secrets"], VALUES_TREES)
ENVIRONMENT = {"PORT": "8080", "TOKEN": "x\ny", "json": "[1e999]", "COWBANE_SECRETS_DIR": "/nowhere/at/all"}
VARS = st.builds(
    "{}{}={}".format,
    st.text(max_size=3),
    st.sampled_from(KINDS).map(lambda kind: f":{kind}" if kind else ""),
    st.text(max_size=6) | st.sampled_from(["9" * 5000, "nan", "1e999", "[" * 5000, "\ud800"]),
)


REFERENCES = st.lists(
    st.sampled_from(["$", "${", "}", "host", "group", ".token", ".0", ".", "_", " ", "é", "\n"]), max_size=8
).map("".join)


@contextmanager
def written(name: str, content: bytes) -> Generator[Path, None, None]:
    """A file of that name, for a moment."""
    with TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(content)
        yield path


def with_another(data: Json, values: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    """The data with a value replaced by one that is no part of it."""
    return st.builds(replaced, st.just(data), st.sampled_from(list(places(data))), values)


def told_of(settings: Settings | list[Problem]) -> list[Problem]:
    """Everything that a command line tells of settings or of a control file."""
    if not isinstance(settings, Settings):
        assert settings
        return settings
    findings = Findings(settings.document)
    read_named_controls(findings, dict(settings.controls), ("controls",))
    return [*settings.warnings, *findings.problems()]


def text_of(content: bytes) -> str:
    return content.decode("utf-8-sig", errors="replace")


@PATIENT
@given(files(SETTINGS, SETTINGS_TREES), st.sampled_from(["s.yaml", "s.json"]))
def test_no_settings_are_too_odd(content: bytes, name: str) -> None:
    with written(name, content) as path:
        assert_told(told_of(read_settings(path)), text_of(content))


@PATIENT
@given(files(CONTROLS, SETTINGS_TREES), st.sampled_from(["c.yaml", "c.json"]))
def test_no_control_file_is_too_odd(content: bytes, name: str) -> None:
    with written(name, content) as path:
        assert_told(told_of(read_control_file(path)), text_of(content))


@PATIENT
@given(
    st.lists(VARS | st.text(max_size=9), max_size=3),
    files(VALUES, VALUES_TREES) | nearly_text(DOTENV).map(lambda text: text.encode(errors="replace")),
    st.sampled_from(["v.yaml", "v.json", "v.env"]),
)
def test_no_values_are_too_odd(vars: list[str], content: bytes, name: str) -> None:
    with written(name, content) as path:
        read = read_overrides(vars, [path], ENVIRONMENT)
        told = read if isinstance(read, list) else list(read.fitting({"host": 1}, {"group": {}}).warnings)
    assert told or isinstance(read, Overrides)
    for each in told:
        assert_one_line(each)


@PATIENT
@given(with_another(SETTINGS_DATA, SETTINGS_TREES), with_another(VALUES_DATA, VALUES_TREES))
def test_nothing_that_is_told_shows_a_secret(settings: Json, values: Json) -> None:
    with written("s.yaml", yaml.safe_dump(settings).encode()) as path:
        told: list[object] = [*told_of(read_settings(path))]
    with written("v.yaml", yaml.safe_dump(values).encode()) as path:
        read = read_overrides([], [path], ENVIRONMENT)
    told += read if isinstance(read, list) else [*read.fitting({}, {}).warnings, repr(read)]
    assert not any(SECRET in str(each) for each in told)


@PATIENT
@given(MAPPINGS, MAPPINGS, st.booleans())
def test_no_declaration_is_too_odd(declared: Json, overrides: Json, absolute: bool) -> None:
    assert isinstance(declared, dict)
    assert isinstance(overrides, dict)
    values, told = resolve_configuration(declared, ENVIRONMENT, overrides)
    secrets, absent = resolve_secrets(declared, ENVIRONMENT, absolute_files=absolute)
    for each in [*told, *absent]:
        assert_one_line(each)
    redactor = Redactor([*secrets.values()])
    redactor.text(json.dumps(redactor.json(plain(values))))
    assert SECRET not in repr(secrets)


@PATIENT
@given(VALUES_TREES | REFERENCES, MAPPINGS, MAPPINGS)
def test_no_value_is_too_odd_to_be_substituted(value: Json, names: Json, saved: Json) -> None:
    assert isinstance(names, dict)
    assert isinstance(saved, dict)
    found = substitute(value, names, saved)
    assert has_reference(json.dumps(value)) or found is value or found == value
