"""The files of a journal: nothing is lost, nothing is half, and no disk ends a run."""

from __future__ import annotations

import json
import logging
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from experiments.clock import FixedClock
from experiments.engine.progress import Acting, Probing, Started, Undoing, Verdict, Warned
from experiments.faults.intent import Intent, NotPermitted, Target, UndoKind
from experiments.faults.memory import MemoryIntents
from experiments.journal import Journal
from experiments.journal.appended import Busy, Lines, appending, is_being_written, lines_beside
from experiments.journal.final import write_journal
from experiments.journal.intents import ToldIntents
from experiments.journal.kept import keeping
from experiments.model import Outcome

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
CLOCK = FixedClock(NOON)
JOURNAL = Journal(
    outcome=Outcome.PASSED, reason="it held", experiment={"title": "t"}, start=NOON, end=NOON, duration=0.0
)


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def test_each_line_is_in_the_file_before_the_next_event(tmp_path: Path) -> None:
    path = tmp_path / "j.lines"
    with appending(path, CLOCK) as lines:
        for number in range(1, 4):
            lines(Probing(f"p{number}"))
            assert [json.loads(line)["name"] for line in path.read_text().splitlines()][-1] == f"p{number}"


def test_only_a_start_an_undo_and_a_verdict_wait_for_the_disk() -> None:
    told: list[str] = []
    lines = Lines(CLOCK, lambda line: told.append(json.loads(line)["event"]), lambda: told.append("sync"))
    for event in (
        Started("t", NOON, "", "", "", "", {}),
        Acting("a"),
        Undoing("pods/a"),
        Verdict(Outcome.PASSED, "", False),
    ):
        lines(event)
    assert told == ["started", "sync", "acting", "undoing", "sync", "verdict", "sync"]


class FullDisk:
    """Takes a part of one line, then nothing, then everything again."""

    def __init__(self) -> None:
        self.content = b""
        self.takes = [1000, 10, None, 1000]

    def write(self, line: bytes) -> int:
        takes = self.takes.pop(0)
        if takes is None:
            raise OSError(28, "No space left on device")
        self.content += line[:takes]
        return min(takes, len(line))


def test_a_full_disk_is_one_warning_and_what_comes_later_is_whole(caplog: pytest.LogCaptureFixture) -> None:
    disk = FullDisk()
    lines = Lines(CLOCK, disk.write)
    with caplog.at_level(logging.WARNING):
        for name in "abcd":
            lines(Probing(name))
    assert len(caplog.records) == 1
    whole, torn, last = disk.content.decode().splitlines()
    assert (json.loads(whole)["name"], len(torn), json.loads(last)["name"]) == ("a", 10, "d")


def test_a_closed_stream_is_one_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    stream = (tmp_path / "x").open("wb")
    lines = Lines(CLOCK, stream.write, stream.flush)
    stream.close()
    with caplog.at_level(logging.WARNING):
        lines(Warned("a"))
        lines(Warned("b"))
    assert len(caplog.records) == 1
    assert "closed file" in caplog.text


def test_two_runs_never_write_the_same_lines(tmp_path: Path) -> None:
    path = tmp_path / "j.lines"
    with appending(path, CLOCK) as lines:
        lines(Probing("first"))
        assert is_being_written(path)
        with pytest.raises(Busy, match=r"j\.lines is being written by another run"), appending(path, CLOCK):
            pytest.fail("two at once")
    assert not is_being_written(path)
    assert "first" in path.read_text()


def test_the_lines_of_a_killed_run_are_kept_when_the_next_one_begins(tmp_path: Path) -> None:
    path = tmp_path / "journal.json"
    lines_beside(path).write_text("of a killed run\n")
    with keeping(path, CLOCK) as kept:
        kept(Probing("a"))
        kept.finish(JOURNAL)
    assert names(tmp_path) == ["journal.json", "journal.json.lines.before"]
    assert (tmp_path / "journal.json.lines.before").read_text() == "of a killed run\n"


def test_a_document_that_cannot_be_written_leaves_the_lines(tmp_path: Path) -> None:
    path = tmp_path / "journal.json"
    with keeping(path, CLOCK) as kept:
        kept(Probing("a"))
        path.mkdir()
        with pytest.raises(OSError, match="directory"):
            kept.finish(JOURNAL)
    assert "probing" in lines_beside(path).read_text()


def test_a_document_replaces_the_one_before_in_one_step(tmp_path: Path) -> None:
    path = tmp_path / "journal.json"
    path.write_text("old")
    path.chmod(0o640)
    with path.open() as reading:
        write_journal(path, JOURNAL)
        assert reading.read() == "old"  # whoever reads the old one reads it to its end
    assert json.loads(path.read_text())["outcome"] == "passed"
    assert path.stat().st_mode & 0o777 == 0o640
    assert names(tmp_path) == ["journal.json"]


def test_a_link_to_a_journal_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "latest").symlink_to(tmp_path / "real.json")
    write_journal(tmp_path / "latest", JOURNAL)
    assert (tmp_path / "latest").is_symlink()
    assert json.loads((tmp_path / "real.json").read_text())["outcome"] == "passed"


def test_a_pipe_is_written_and_stays_a_pipe_and_nothing_lies_beside_it(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with keeping(pipe, CLOCK) as kept:
        kept(Probing("a"))
        kept.finish(JOURNAL)
    assert json.loads(os.read(reading, 100_000))["outcome"] == "passed"
    os.close(reading)
    assert names(tmp_path) == ["pipe"]
    assert pipe.is_fifo()


def test_a_folder_that_is_not_there_is_said_before_the_run(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), keeping(tmp_path / "no" / "journal.json", CLOCK):
        pytest.fail("a run began")


def test_a_fault_is_told_once_it_is_recorded_and_not_if_it_is_refused() -> None:
    target = Target(api_version="v1", resource="pods", namespace="shop", name="a", uid="u")
    intent = Intent(
        run="r", step="s", epoch=1, queue="q", cluster="c", expires=NOON, undo=UndoKind.NOTHING, target=target
    )
    told: list[object] = []
    intents = ToldIntents(MemoryIntents(), told.append)
    intents.record(intent)
    with pytest.raises(NotPermitted):
        intents.record(intent)
    assert [type(event).__name__ for event in told] == ["Injecting"]
