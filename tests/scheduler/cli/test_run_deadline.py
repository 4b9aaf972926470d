"""Which deadline ends a run: the file's, that of the command line, the smaller of both, else half an hour."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from scheduler.cli.main import main
from scheduler.laptop import DEADLINE, RunOptions

OWN, GIVEN = "the experiment's own deadline of {} s is over", "the run's deadline is over"


@pytest.mark.parametrize(
    ("own", "given", "reason"),
    [
        ("200ms", (), OWN.format("0.2")),
        (None, ("--deadline", "200ms"), GIVEN),
        ("200ms", ("--deadline", "10m"), OWN.format("0.2")),
        ("10m", ("--deadline", "200ms"), GIVEN),
        ("200ms", ("--deadline", "200ms"), OWN.format("0.2")),
    ],
)
def test_the_smaller_one_ends_it(
    tmp_path: Path, own: str | None, given: tuple[str, ...], reason: str
) -> None:
    method = [
        {"type": "action", "name": "a", "provider": {"type": "process", "path": "sleep", "arguments": "9"}}
    ]
    runtime = {} if own is None else {"runtime": {"deadline": own}}
    file = tmp_path / "e.json"
    file.write_text(json.dumps({"title": "t", "description": "d", "method": method, **runtime}))
    journal = tmp_path / "journal.json"
    words = ["run", str(file), "--no-settings", "--journal", str(journal), *given]
    assert CliRunner().invoke(main, words).exit_code == 1
    told = json.loads(journal.read_text())
    assert (told["outcome"], told["reason"]) == ("interrupted", reason)


def test_without_any_it_is_half_an_hour() -> None:
    assert RunOptions().deadline == DEADLINE == 30 * 60
