"""docs/experiments.md to the letter: its files are checked, its commands typed, its tables true."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from chaoslib.experiment import ensure_experiment_is_valid
from differential import allowed
from differential.allowed import Difference
from docs.guide import ROOT, TEXT, Command, commands, files, fragments, rows, section
from docs.shop import Shop, settled, shop

from experiments.model import HypothesisStrategy, Outcome, RollbackStrategy
from experiments.tolerances.tolerance import met
from scheduler.cli.run import run
from scheduler.cli.schema import File, schema_of

GOOD = [name for name in files() if name.endswith(".yaml") and name != "wrong.yaml"]
BY_HAND = ("Ctrl-C", "kill -9", "journal show")
TYPED = [each for each in commands() if not any(words in each.line for words in BY_HAND)]
ANSWERS = {
    "cowbane init first.yaml": "The shop answers\nA first file\nThe shop is up\n"
    "http://localhost:8000/stock.json\n\n\n\nsleep 1\n\n\n\n\n\n"
}
#: How a run of a file ends of which the guide shows no run.
ENDINGS = {"waits.yaml": "passed"}


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Shop]:
    with shop(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize("command", TYPED, ids=lambda each: each.line)
def test_a_command_prints_what_the_guide_says(here: Shop, command: Command) -> None:
    printed = here.types(command.line, ANSWERS.get(command.line, "")).stdout
    assert settled(printed) == settled(command.printed)


def test_a_run_that_is_stopped_says_what_the_guide_says(here: Shop) -> None:
    (command,) = [each for each in commands() if "Ctrl-C" in each.line]
    assert settled(here.stops(command.line, signal.SIGINT)) == settled(command.printed)


def test_a_run_that_is_killed_leaves_what_the_guide_says(here: Shop) -> None:
    killed, shown = [each for each in commands() if "kill -9" in each.line or "journal show" in each.line]
    assert settled(here.stops(killed.line, signal.SIGKILL)) == settled(killed.printed)
    assert settled(here.types(shown.line).stdout) == settled(shown.printed)


@pytest.mark.parametrize(("name", "outcome"), ENDINGS.items())
def test_a_file_ends_as_its_title_says(here: Shop, name: str, outcome: str) -> None:
    assert f"\n{outcome}: " in here.types(f"cowbane run {name}").stdout


@pytest.mark.parametrize("text", fragments())
def test_a_part_of_a_file_runs(here: Shop, text: str) -> None:
    (here.folder / "part.yaml").write_text(f"title: t\ndescription: d\n{text}")
    done = here.types("cowbane run part.yaml")
    assert done.returncode == 0, done.stdout


def test_a_file_has_no_problem_but_where_it_says_so(here: Shop) -> None:
    done = here.types("PYTHONPATH=. cowbane check --import *.yaml")
    lines = done.stdout.splitlines()
    assert {line for line in lines if line.endswith(": ok")} == {f"{name}: ok" for name in GOOD}
    assert {line.partition(":")[0] for line in lines if ": warning: " in line} == {"wrong.yaml"}


@pytest.mark.parametrize("name", GOOD)
def test_chaos_toolkit_loads_what_is_ours(here: Shop, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(here.folder)
    monkeypatch.setenv("TILL_TOKEN", "x")
    ensure_experiment_is_valid(yaml.safe_load(files()[name]))


def test_every_run_of_a_file_is_shown_or_named_here() -> None:
    shown = {name for name in GOOD for each in commands() if f"run {name}" in each.line}
    assert shown | set(ENDINGS) == set(GOOD)


@pytest.mark.parametrize(("tolerance", "output", "sentence"), rows(section("## Tolerances")))
def test_a_tolerance_says_what_the_guide_says(tolerance: str, output: str, sentence: str) -> None:
    asked, answered = (yaml.safe_load(each.strip("`")) for each in (tolerance, output))
    verdict = met(asked, answered, lambda _tolerance, _value: False)
    assert (verdict.met, str(verdict)) == (False, sentence)


def _keys(schema: dict[str, Any], *way: str) -> list[str]:
    for step in way:
        schema = schema[step]
    known: dict[str, Any] = schema["properties"]
    return [key for key, what in known.items() if what is not True and not what.get("deprecated")]


SCHEMA = schema_of(File.EXPERIMENT)
KEYS = {
    "## Every key": [
        *_keys(SCHEMA),
        *_keys(SCHEMA, "$defs", "activity"),
        *_keys(SCHEMA, "$defs", "until"),
        *_keys(SCHEMA, "$defs", "hypothesis"),
        *_keys(SCHEMA, "$defs", "runtime", "properties", "hypothesis"),
        "deadline",
    ],
    "## Providers": [key for kind in ("python", "http", "process") for key in _keys(SCHEMA, "$defs", kind)],
    "## Tolerances": [key for kind in ("regex", "range", "jsonpath") for key in _keys(SCHEMA, "$defs", kind)],
    "## Controls": [
        *_keys(SCHEMA, "$defs", "controls", "items"),
        *_keys(SCHEMA, "$defs", "controls", "items", "properties", "provider"),
    ],
    "## Values": [*_keys(SCHEMA, "$defs", "variable"), "path", "vault", "file", "probe"],
    "## The hypothesis": [*HypothesisStrategy],
    "## Method, rollbacks, time": [*RollbackStrategy],
    "## How a run ends": [*Outcome],
}


@pytest.mark.parametrize(("title", "key"), [(title, key) for title, keys in KEYS.items() for key in keys])
def test_every_word_of_the_format_is_in_its_section(title: str, key: str) -> None:
    assert re.search(rf"`[^`\n]*\b{re.escape(key)}\b[^`\n]*`", section(title))


def test_every_option_of_a_run_is_named() -> None:
    options = [each for each in run.params if isinstance(each, click.Option)]
    names = [name for each in options for name in each.opts if name.startswith("--")]
    assert [name for name in names if not re.search(rf"`[^`\n]*{name}\b", TEXT)] == []


def test_every_link_leads_somewhere() -> None:
    headings = [line.lstrip("# ") for line in TEXT.splitlines() if line.startswith("#")]
    anchors = {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings}
    inner = re.findall(r"\]\(#([^)]+)\)", TEXT)
    assert [each for each in inner if each not in anchors] == []
    beside = re.findall(r"\]\((\.\./[^)#]+|[\w.-]+\.md)\)", TEXT)
    assert [each for each in beside if not (ROOT / "docs" / each).exists()] == []


REPOSITORIES = {
    "ctk": "chaostoolkit/chaostoolkit",
    "lib": "chaostoolkit/chaostoolkit-lib",
    "doc": "chaostoolkit/chaostoolkit-documentation",
    "k8s": "chaostoolkit/chaostoolkit-kubernetes",
    "aws": "chaostoolkit-incubator/chaostoolkit-aws",
}
DIFFERENCES = {
    row[0]: row for row in rows(section("## What differs from Chaos Toolkit and why")) if len(row) == 5
}
LABEL = re.compile(r"\[(\w+)#(\d+)\]")


def filed(cell: str) -> set[str]:
    """The issues of a cell as the differential suite has them."""
    return {f"{REPOSITORIES[short].partition('/')[2]}#{number}" for short, number in LABEL.findall(cell)}


@pytest.mark.parametrize(
    "difference",
    [each for each in vars(allowed).values() if isinstance(each, Difference)],
    ids=lambda each: each.name,
)
def test_a_difference_that_the_suite_allows_is_told(difference: Difference) -> None:
    *_, issues = DIFFERENCES[difference.name]
    assert difference.issue in filed(issues)


@pytest.mark.parametrize("row", DIFFERENCES.values(), ids=DIFFERENCES)
def test_a_difference_says_what_is_there_what_is_here_and_why(row: list[str]) -> None:
    assert all(row[:4])


def test_every_issue_has_its_address() -> None:
    named = set(LABEL.findall(TEXT.partition("\n[ctk#")[0]))
    addresses = re.findall(r"^\[(\w+)#(\d+)\]: https://github.com/(\S+)/issues/(\d+)$", TEXT, re.MULTILINE)
    assert {(short, number) for short, number, *_ in addresses} == named
    assert [each for each in addresses if (REPOSITORIES[each[0]], each[1]) != each[2:]] == []
