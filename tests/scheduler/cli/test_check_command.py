"""`cowbane check` as a person at a terminal meets it: every problem of every file, at once."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result
from local_server import LocalServer, Reply

from scheduler.cli.main import main

GOOD = "title: t\ndescription: d\nmethod: []\n"
PROVIDER = "provider: {type: python, module: touched_by_check, func: f, arguments: {a: 1}}"
FOREIGN = GOOD.replace("[]", f"\n- {{type: action, name: a,\n  {PROVIDER}}}")


def check(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["check", *map(str, arguments)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "good.yaml").write_text(GOOD)
    (tmp_path / "odd.yml").write_text(GOOD + "titles: red\n")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "bad.json").write_text(
        '{"title": "t", "method": [],\n "description": 3, "tags": [""]}'
    )
    (tmp_path / ".hidden.yaml").write_text("no: [experiment")
    (tmp_path / "notes.txt").write_text("no experiment")
    return tmp_path


def test_a_good_file_is_ok(folder: Path) -> None:
    result = check(folder / "good.yaml")
    assert (result.exit_code, result.output) == (0, f"{folder}/good.yaml: ok\n")


def test_all_problems_of_all_files_are_told_and_the_others_are_ok(folder: Path) -> None:
    result = check(
        folder / "good.yaml", folder / "deep" / "bad.json", folder / "gone.yaml", folder / "odd.yml"
    )
    assert result.output.splitlines() == [
        f"{folder}/good.yaml: ok",
        f"{folder}/deep/bad.json:2:17: warning: expected description as text, found 3",
        f"{folder}/deep/bad.json:2:29: expected a tag as text, found ''",
        f"{folder}/gone.yaml:1:1: cannot be read: No such file or directory",
        f"{folder}/odd.yml:4:1: warning: unknown key 'titles' has no effect; did you mean 'title'?",
        f"{folder}/odd.yml: ok",
        "2 of 4 can be used",
    ]
    assert result.exit_code == 2


def test_a_folder_of_experiments_is_checked_whole(folder: Path) -> None:
    lines = check(folder).output.splitlines()
    assert lines[-1] == "2 of 3 can be used"
    assert {line.partition(":")[0] for line in lines[:-1]} == {
        f"{folder}/{name}" for name in ("good.yaml", "odd.yml", "deep/bad.json")
    }


def test_a_folder_without_experiments_is_told_what_a_repo_is(tmp_path: Path) -> None:
    result = check(tmp_path)
    assert result.exit_code == 2
    assert "cowbane.yaml:1:1: missing; it begins with `version: 1`" in result.output


@pytest.mark.parametrize("output", ["json", "yaml"])
def test_programs_get_one_row_for_each_problem(folder: Path, output: str) -> None:
    result = check(folder / "deep" / "bad.json", folder / "good.yaml", "--output", output)
    read = json.loads if output == "json" else yaml.safe_load
    assert read(result.output)[1] == {
        "file": f"{folder}/deep/bad.json",
        "line": 2,
        "column": 29,
        "severity": "error",
        "message": "expected a tag as text, found ''",
    }
    assert result.exit_code == 2


def test_foreign_modules_are_imported_only_when_asked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(folder)
    monkeypatch.delitem(sys.modules, "touched_by_check", raising=False)
    (folder / "touched_by_check.py").write_text("print('touched')\ndef f(b): ...\n")
    file = folder / "foreign.yaml"
    file.write_text(FOREIGN)
    assert check(file).output == f"{file}: ok\n"
    assert "touched_by_check" not in sys.modules
    result = check(file, "--import")
    assert result.stdout.splitlines() == [
        f"{file}:5:74: f needs the argument 'b'; add it",
        f"{file}:5:75: f takes no argument 'a'; it takes b",
    ]
    assert result.stderr == "touched\n"
    assert result.exit_code == 2


def test_an_override_that_a_file_does_not_declare_is_a_problem_of_that_file(folder: Path) -> None:
    other = folder / "other.yaml"
    other.write_text(GOOD + "configuration: {port: {type: env, key: NOWHERE_SET}}\n")
    result = check(other, folder / "good.yaml", "--var", "port:int=3")
    assert result.output.splitlines() == [
        f"{other}: ok",
        f"{folder}/good.yaml:1:1: configuration has no key 'port' to override; declare it there",
        "1 of 2 can be used",
    ]


@pytest.mark.parametrize("arguments", [["--var", "port:int=x"], ["--var", "port"]])
def test_an_override_that_cannot_be_read_is_wrong_usage(folder: Path, arguments: list[str]) -> None:
    result = check(folder / "good.yaml", *arguments)
    assert result.exit_code == 2
    assert "--var port" in result.stderr


def test_validate_is_the_same_command(folder: Path) -> None:
    result = CliRunner().invoke(main, ["validate", str(folder / "good.yaml")])
    assert (result.exit_code, result.output) == (0, f"{folder}/good.yaml: ok\n")


def test_a_file_of_values_may_say_more_than_an_experiment_declares(folder: Path) -> None:
    values = folder / ".values.yaml"
    values.write_text("configuration: {port: 3}\n")
    file = folder / "good.yaml"
    result = check(file, "--var-file", values)
    assert result.output.splitlines() == [
        f"{file}:1:1: warning: configuration has no key 'port' to override; declare it there",
        f"{file}: ok",
    ]
    assert result.exit_code == 0


def test_a_file_of_values_that_cannot_be_read_is_wrong_usage(folder: Path) -> None:
    result = check(folder / "good.yaml", "--var-file", folder / "gone.yaml")
    assert result.exit_code == 2
    assert f"{folder}/gone.yaml:1:1: cannot be read: No such file or directory" in result.stderr


def test_an_experiment_at_a_url_is_checked_like_a_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(folder))
    text = GOOD.replace("description: d\n", "").encode()
    with LocalServer() as server:
        server.replies["/e.yaml"] = Reply(headers={"Content-Type": "text/yaml"}, body=text)
        result = check(server.url("/e.yaml"), folder / "good.yaml")
    assert result.output.splitlines() == [
        f"{server.url('/e.yaml')}:1:1: an experiment needs 'description'; add it",
        f"{folder}/good.yaml: ok",
        "1 of 2 can be used",
    ]
