"""A command line replaces what a file declares: one value, a file of values, an environment."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from chaoslib import merge_vars
from chaoslib.configuration import load_configuration
from chaoslib.secret import load_secrets

from experiments.format.configuration import overridden, resolve_configuration
from experiments.format.dotenv import parse_dotenv
from experiments.format.overrides import Overrides, read_overrides
from experiments.format.redactor import Redactor
from experiments.format.secrets import resolve_secrets
from experiments.model import Json

CANARY = "c4nary+from/var-file=?"
YAML = f"""
configuration:
  percentage: 30
  host: {{type: env, key: HOST, default: nowhere}}
secrets:
  web: {{token: "{CANARY}"}}
"""
JSON = '{"configuration": {"percentage": 40}, "secrets": {"web": {"token": {"type": "env", "key": "TOKEN"}}}}'
DECLARED: dict[str, Json] = {"percentage": 50, "host": "shop", "kept": [1]}
SECRETS: dict[str, Json] = {"web": {"token": "of the file"}, "other": "stays"}


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "values.yaml").write_text(YAML)
    (tmp_path / "values.json").write_text(JSON)
    (tmp_path / "run.env").write_text(f"HOST=inside\nTOKEN='{CANARY}'\n")
    return tmp_path


def read(*files: Path, vars: tuple[str, ...] = (), **environment: str) -> Overrides:
    overrides = read_overrides(vars, files, environment)
    assert isinstance(overrides, Overrides), overrides
    return overrides


def test_an_argument_wins_over_files_and_a_later_file_over_an_earlier_one(files: Path) -> None:
    yaml, json = files / "values.yaml", files / "values.json"
    assert read(yaml).configuration["percentage"] == 30
    assert read(yaml, json).configuration["percentage"] == 40
    assert read(json, yaml).configuration["percentage"] == 30
    assert read(yaml, json, vars=("percentage:int=50",)).configuration["percentage"] == 50
    assert read(yaml, json).secrets == {"web": {"token": {"type": "env", "key": "TOKEN"}}}


def test_chaos_toolkit_agrees_on_files_of_values(files: Path) -> None:
    """But for a secret that an override takes from the environment: theirs is the declaration itself."""
    paths = [files / "values.yaml", files / "values.json"]
    for given in ([paths[0]], paths, paths[::-1]):
        configuration, secrets = merge_vars({"kept": 2}, [str(path) for path in given])
        ours = read(*given, vars=("kept:int=2",))
        assert (ours.configuration, ours.secrets) == (configuration, secrets)
        theirs = load_configuration(DECLARED, {**configuration})
        assert resolve_configuration(DECLARED, {}, ours.configuration) == (theirs, [])
    ours = read(paths[0])
    declared, _ = overridden(SECRETS, ours.secrets, "secrets")
    assert resolve_secrets(declared, {})[0].groups.keys() == load_secrets(SECRETS, {}, ours.secrets).keys()


def test_an_override_may_come_from_the_environment_that_another_file_gives(files: Path) -> None:
    ours = read(files / "values.yaml", files / "values.json", files / "run.env", HOST="outside", PATH="/bin")
    assert ours.environment == {"HOST": "inside", "TOKEN": CANARY, "PATH": "/bin"}
    values, problems = resolve_configuration(DECLARED, ours.environment, ours.configuration)
    assert (values, problems) == ({"percentage": 40, "host": "inside", "kept": [1]}, [])
    declared, problems = overridden(SECRETS, ours.secrets, "secrets")
    secrets, absent = resolve_secrets(declared, ours.environment)
    assert [*problems, *absent] == []
    assert secrets.group(("web", "other")) == {"token": CANARY, "other": "stays"}
    assert Redactor(secrets.values()).text(f"<{CANARY}>") == "<***>"


def test_the_environment_of_the_process_is_never_touched(files: Path) -> None:
    before = dict(os.environ)
    ours = read_overrides([], [files / "run.env"], os.environ)
    assert isinstance(ours, Overrides)
    assert ours.environment == {**before, "HOST": "inside", "TOKEN": CANARY}
    assert dict(os.environ) == before


def test_what_the_experiment_does_not_declare_is_said_and_never_used(files: Path) -> None:
    ours = read(files / "values.yaml", vars=("hots=1",)).fitting({"host": 1}, {"webb": {}})
    assert ours.configuration == {"host": {"type": "env", "key": "HOST", "default": "nowhere"}, "hots": "1"}
    assert ours.secrets == {}
    assert ours.warnings == (
        "configuration has no key 'percentage' to override",
        "secrets has no key 'web' to override; did you mean 'webb'?",
    )
    _, problems = resolve_configuration({"host": 1}, {}, ours.configuration)
    assert problems == ["configuration has no key 'hots' to override; did you mean 'host'?"]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("v.yaml", f"- {CANARY}", "1:1: expected a mapping with configuration and secrets"),
        ("v.yaml", CANARY, "1:1: expected a mapping with configuration and secrets"),
        ("v.yaml", f"configuration: {CANARY}", "1:16: expected configuration as a mapping"),
        ("v.yml", f"a: 1\nsecrets: [{CANARY}]", "2:10: expected secrets as a mapping"),
        ("v.json", f'{{"secrets": {CANARY}}}', "1:13: not JSON: expecting value"),
        ("v.yaml", "a: [", "1:5: not YAML: did not find expected node content"),
        ("v.env", f"A=1\n  {CANARY[:6]}\n", "2:3: expected NAME=VALUE, found a line that is none"),
        ("v", f'A="{CANARY}', "1:1: A: expected a closing quote at the end of the line; escape one inside"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_line_that_shows_no_value(
    tmp_path: Path, name: str, text: str, said: str
) -> None:
    (tmp_path / name).write_text(text)
    problems = read_overrides(["percentage=1"], [tmp_path / name], {})
    assert isinstance(problems, list)
    assert problems[-1].startswith(f"{tmp_path / name}:{said}")
    assert CANARY[:6] not in " ".join(problems)


def test_every_problem_of_every_file_and_argument_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.env").write_text("A\nB\n")
    problems = read_overrides(["x"], [tmp_path / "gone.yaml", tmp_path / "a.env"], {})
    assert problems == [
        f"{tmp_path}/gone.yaml:1:1: cannot be read: No such file or directory",
        f"{tmp_path}/a.env:1:1: expected NAME=VALUE, found a line that is none",
        f"{tmp_path}/a.env:2:1: expected NAME=VALUE, found a line that is none",
        "--var x: expected name[:type]=value",
    ]


def test_surprises_are_told_but_not_those_that_would_show_a_secret(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("configuration: {a: 010}\nsecrets: {pin: 011}\nsecret: {}\n")
    (tmp_path / "b.yaml").write_text("\n")
    (tmp_path / "c.env").write_text("A=x # said\n")
    ours = read(tmp_path / "a.yaml", tmp_path / "b.yaml", tmp_path / "c.env")
    assert (ours.configuration, ours.secrets) == ({"a": 8}, {"pin": 9})
    assert [each.removeprefix(f"{tmp_path}/") for each in ours.warnings] == [
        "a.yaml:1:20: warning: '010' is read as 8, as Chaos Toolkit does; quote it if it is text",
        "a.yaml:2:16: warning: this is read as Chaos Toolkit reads it, which is not as text; "
        "quote it if it is text",
        "a.yaml:3:1: warning: unknown key 'secret' has no effect; did you mean 'secrets'?",
        "b.yaml:1:1: warning: the file is empty",
        "c.env:1:1: warning: A: the '#' is a part of the value; quote the value if it begins a comment",
    ]
    assert "011" not in repr(ours)


@pytest.mark.parametrize(
    ("line", "variables"),
    [
        ("A=1", {"A": "1"}),
        ("A=", {"A": ""}),
        ("A=x=y", {"A": "x=y"}),
        ("  A = b c  ", {"A": "b c"}),
        ("export A=1", {"A": "1"}),
        ("export\tA=1", {"A": "1"}),
        ("export=1", {"export": "1"}),
        ("exported=1", {"exported": "1"}),
        ("a.b-c=1", {"a.b-c": "1"}),
        ("# A=1", {}),
        ("", {}),
        ("A=b#c", {"A": "b#c"}),
        ("A='b \"c\" \\n $d'", {"A": 'b "c" \\n $d'}),
        ('A="b \\"c\\" \\\\ \\n\\t$d"  # said', {"A": 'b "c" \\ \n\t$d'}),
        ("A=''", {"A": ""}),
        ("A=it's", {"A": "it's"}),
        ("A=1\r", {"A": "1"}),
        ("A=1\nA=2", {"A": "2"}),
        ("A=x\u2028y", {"A": "x\u2028y"}),
    ],
)
def test_a_line_is_a_variable(line: str, variables: dict[str, str]) -> None:
    assert parse_dotenv(f"{line}\n", "x.env") == (variables, [])


@pytest.mark.parametrize(
    "line", ["A", "=1", "A B=1", "'A'=1", "export A", "A='b", "A='b'c", 'A="b\\"', "A=\0"]
)
def test_a_line_that_is_none_is_a_problem(line: str) -> None:
    _, problems = parse_dotenv(f"X=1\n{line}", "x.env")
    assert [str(each).startswith("x.env:2:1: ") for each in problems] == [True]
