"""`cowbane journal show` says how a run ended, whoever wrote its file and however it broke off."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from experiments.clock import FixedClock
from experiments.engine.progress import Acting, Entered, Part, Started
from experiments.journal import Journal
from experiments.journal.appended import appending, lines_beside
from experiments.journal.final import write_journal
from experiments.model import Outcome
from scheduler.cli.main import main

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
STARTED = Started("lights", NOON, "run-1", "", "", "", {"title": "lights"})


def show(*words: str | Path, stdin: str | None = None, colour: bool = False) -> Result:
    arguments = ["journal", "show", *map(str, words)]
    return CliRunner().invoke(main, arguments, input=stdin, color=colour, catch_exceptions=False)


@pytest.fixture
def ended(tmp_path: Path) -> Path:
    """The journal of a run that deviated."""
    reason = "after the method, count: expected 3, got 2"
    path = tmp_path / "journal.json"
    experiment = {"title": "lights"}
    write_journal(
        path,
        Journal(
            outcome=Outcome.DEVIATED, reason=reason, experiment=experiment, start=NOON, end=NOON, duration=1.5
        ),
    )
    return path


@pytest.fixture
def under_way(tmp_path: Path) -> Iterator[Path]:
    """The journal of a run that goes on."""
    path = tmp_path / "journal.json"
    with appending(lines_beside(path), FixedClock(NOON)) as lines:
        for event in (STARTED, Entered(Part.METHOD), Acting("kill")):
            lines(event)
        yield path


def test_the_sentence_comes_first_and_the_title_and_the_time_follow(ended: Path) -> None:
    shown = show(ended)
    assert shown.exit_code == 0
    assert shown.output.splitlines()[:3] == [
        "deviated: after the method, count: expected 3, got 2",
        "lights",
        shown.output.splitlines()[2],
    ]
    assert shown.output.splitlines()[2].startswith("2026-11-23 12:00:00 UTC, took 1.50 s")


def test_there_is_colour_on_a_terminal_only(ended: Path) -> None:
    assert "\x1b[" in show(ended, colour=True).output
    assert "\x1b[" not in show(ended).output


def test_as_json_it_is_the_document(ended: Path) -> None:
    assert json.loads(show(ended, "--output", "json").output) == json.loads(ended.read_text())


def test_it_reads_standard_input(ended: Path) -> None:
    assert show("-", stdin=ended.read_text()).output == show(ended).output


def test_a_run_that_goes_on_is_said_to(under_way: Path) -> None:
    assert show(lines_beside(under_way)).output.startswith(
        "running: last heard of at 2026-11-23 12:00:00 UTC, while action kill ran"
    )


def test_the_lines_of_a_killed_run_are_found_by_the_name_of_its_journal(under_way: Path) -> None:
    text = lines_beside(under_way).read_text()
    killed = under_way.with_name("killed.json")
    lines_beside(killed).write_text(text)
    assert show(killed).output.startswith("lost: killed while action kill ran")
    killed.touch()  # what such a run leaves of the document itself
    assert show(killed).output.startswith("lost: killed while action kill ran")
    assert json.loads(show(killed, "--output", "json").output)["status"] == "aborted"


def test_an_older_journal_is_shown_with_a_word_about_the_run_after_it(ended: Path) -> None:
    lines_beside(ended).write_text("")
    shown = show(ended)
    assert shown.stdout.startswith("deviated:")
    assert shown.stderr == f"A later run left {lines_beside(ended)}: it goes on, or was killed.\n"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty: its run has not ended, or was killed before it could write it"),
        (b"\x7fELF", "expected a journal or the lines of a run, found no JSON"),
        (b'{"a": 1}', "expected a journal or the lines of a run, found other JSON"),
    ],
)
def test_what_cannot_be_read_is_one_line_and_exit_2(content: bytes, sentence: str, tmp_path: Path) -> None:
    file = tmp_path / "x"
    file.write_bytes(content)
    shown = show(file)
    assert shown.exit_code == 2
    assert shown.stdout == ""
    assert shown.stderr.startswith(f"Error: {file}: {sentence}")
    assert shown.stderr.count("\n") == 1


def test_a_file_that_is_not_there_and_a_folder_are_one_line_and_exit_2(tmp_path: Path) -> None:
    for file, why in ((tmp_path / "none.json", "No such file or directory"), (tmp_path, "Is a directory")):
        shown = show(file)
        assert shown.exit_code == 2
        assert shown.stderr == f"Error: {file} cannot be read: {why}\n"
