"""Chaos Toolkit's settings say what they say there, and no token of theirs is in a problem."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent

import pytest

from experiments.format.controls import read_named_controls
from experiments.format.findings import Findings
from experiments.format.settings import Settings, read_control_file, read_settings

CANARY = "c4nary-of-the-settings"
TEXT = f"""
auths:
  example.com: {{type: bearer, value: {CANARY}}}
  "localhost:8081": {{type: digest, value: "010"}}
controls:
  tracing:
    provider: {{type: python, module: tracing.control}}
runtime:
  hypothesis: {{strategy: continously}}
  rollbacks: {{strategy: always}}
notifications:
  - {{type: http, url: "http://x"}}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "settings.yaml"
    path.write_text(text)
    return path


def read(path: Path) -> Settings:
    settings = read_settings(path)
    assert isinstance(settings, Settings), settings
    return settings


def test_everything_is_where_chaos_toolkit_has_it(tmp_path: Path) -> None:
    settings = read(written(tmp_path, TEXT))
    shown = {host: (auth.type, auth.value.reveal()) for host, auth in settings.auths.items()}
    assert shown == {"example.com": ("bearer", CANARY), "localhost:8081": ("digest", "010")}
    assert settings.controls == {"tracing": {"provider": {"type": "python", "module": "tracing.control"}}}
    assert settings.runtime == {
        "hypothesis": {"strategy": "continously"},
        "rollbacks": {"strategy": "always"},
    }
    assert set(settings.source) == {"auths", "controls", "runtime", "notifications"}
    assert [each.message for each in settings.warnings] == [
        "'continously' is read as 'continuously'; write it so"
    ]
    assert CANARY not in repr(settings)


def test_settings_may_be_empty_of_all_we_read(tmp_path: Path) -> None:
    settings = read(written(tmp_path, "vendor: {a: 1}\nauths:\ncontrols:\nruntime:\n"))
    assert (settings.auths, settings.controls, settings.runtime) == ({}, {}, {})
    assert settings.source == {"vendor": {"a": 1}, "auths": None, "controls": None, "runtime": None}


@pytest.mark.parametrize("kind", ["settings", "control file"])
def test_controls_are_read_at_their_places_in_either_file(tmp_path: Path, kind: str) -> None:
    text = "\ntracing: {provider: {type: python, module: tracing.control}}\nbroken: {scope: before}\n"
    if kind == "settings":
        settings = read_settings(written(tmp_path, f"controls:{indent(text, '  ')}"))
    else:
        settings = read_control_file(written(tmp_path, text))
    assert isinstance(settings, Settings)
    findings = Findings(settings.document)
    controls = read_named_controls(findings, dict(settings.controls), ("controls",))
    assert [each.name for each in controls] == ["tracing"]
    assert [(each.at.line, each.message) for each in findings.problems()] == [
        (3, "a control needs 'provider'; add it")
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"auths: {CANARY}", "1:8: expected auths as a mapping, a host for each"),
        (f"auths:\n  a.b: {CANARY}", "2:8: expected a mapping with type and value, both text"),
        (f"auths:\n  a.b: {{type: [{CANARY}]}}", "2:8: expected a mapping with type and value, both text"),
        (
            "runtime: {rollbacks: {strategy: allways}}",
            "1:33: expected one of default, always, never, deviated",
        ),
        ("controls: [a]", "1:11: expected controls as a mapping, found a list"),
        ("- a", "1:1: expected settings as a mapping, found a list"),
        ("a: [", "1:5: not YAML: did not find expected node content"),
    ],
)
def test_a_problem_has_its_place_and_shows_no_token(tmp_path: Path, text: str, said: str) -> None:
    path = written(tmp_path, text)
    problems = read_settings(path)
    assert isinstance(problems, list)
    assert str(problems[0]).startswith(f"{path}:{said}")
    assert CANARY not in " ".join(map(str, problems))


def test_a_surprise_is_told_once_and_never_a_token(tmp_path: Path) -> None:
    text = "auths: {a.b: {type: bearer, value: 12:34}}\ncontrols: {x: {automatic: yes}}\nruntime: {}\n"
    problems = read_settings(written(tmp_path, text))
    assert isinstance(problems, list)
    assert "12:34" not in " ".join(map(str, problems))
    settings = read(written(tmp_path, "a: {b: 12:34}\ncontrols: {x: {automatic: yes}}\n"))
    assert [each.at.line for each in settings.warnings] == [2]
    assert Findings(settings.document).problems() == []


def test_files_that_are_not_there_are_one_line(tmp_path: Path) -> None:
    gone = tmp_path / "gone.yaml"
    for problems in (read_settings(gone), read_control_file(gone)):
        assert isinstance(problems, list)
        assert [str(each) for each in problems] == [f"{gone}:1:1: cannot be read: No such file or directory"]
