"""Beat polls a git server by itself: a push is in force soon, and what goes wrong keeps the last good one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from e2e.repo import PROBE, SCHEDULE, SETTINGS
from e2e.system import PROGRAMS, Process, System, deployed
from git_server import GitServer
from waiting import eventually

SECRETS = {"SLACK_TOKEN": "xoxb-canary-1", "HOOK_SECRET": "canary-2-canary-2"}
TOKEN, WRONG_TOKEN = "canary-git-token", "canary-wrong-token"


@dataclass
class Origin:
    """A git server with the repo in its folder `chaos`, and beats that poll it each second."""

    system: System
    server: GitServer
    token_file: Path

    def push(self, *schedules: str, experiment: str = "probe.yaml") -> str:
        """A commit in which just these fire each second."""
        settings = SETTINGS.format(
            namespace="shop",
            forbidden="other",
            receiver=self.system.receiver.url,
            events="run-failed, validate-failed",
        )
        every_second = '{ cron: "* * * * * *" }'
        entries = [SCHEDULE.format(name=name, experiment=experiment, when=every_second) for name in schedules]
        files = {
            "cowbane.yaml": settings,
            "schedules/shop.yaml": "schedules:\n" + "".join(entries),
            "experiments/probe.yaml": PROBE.format(page="http://127.0.0.1:1"),
        }
        return self.server.push({f"chaos/{name}": text for name, text in files.items()})

    def beat(self, name: str = "beat") -> Process:
        return self.system.beat(
            name,
            {
                "COWBANE_REPO_GIT": self.server.url,
                "COWBANE_REPO_GIT_REF": "main",
                "COWBANE_REPO_GIT_PATH": "chaos",
                "COWBANE_REPO_GIT_EVERY": "1",
                "COWBANE_REPO_GIT_TOKEN_FILE": str(self.token_file),
            },
        )

    def fires(self, schedule: str, within: float = 6.0) -> None:
        """There are new ones within the poll's second, beat's look at files and its sleep."""
        known = len(self.system.runs(schedule))
        eventually(
            lambda: len(self.system.runs(schedule)) > known,
            within=within,
            what=f"a fire of {schedule}\n{self.system.logs()}",
        )


@pytest.fixture
def origin(tmp_path: Path) -> Iterator[Origin]:
    token_file = tmp_path / "token"
    token_file.write_text(TOKEN)
    with (
        GitServer(tmp_path / "served", token=TOKEN) as server,
        deployed(tmp_path, tmp_path / "unused") as system,
    ):
        yield Origin(system, server, token_file)
    said = "".join(each.log.read_text() for each in system.processes)
    assert TOKEN not in said
    assert WRONG_TOKEN not in said
    assert "Traceback" not in said, said


def said(process: Process, words: str, within: float = 8.0) -> int:
    """How often the log has it, once it does."""
    return eventually(
        lambda: process.log.read_text().count(words),
        within=within,
        what=f"{words!r} in\n{process.log.read_text()}",
    )


def test_a_push_is_in_force_soon_also_by_force_and_a_broken_one_changes_nothing(origin: Origin) -> None:
    origin.system.notifier(SECRETS)
    first = origin.push("first")
    beats = [origin.beat("beat-1"), origin.beat("beat-2")]
    origin.fires("first", within=20)
    for beat in beats:
        assert said(beat, f"(git {first[:12]}) in force: 1 schedules") == 1

    second = origin.push("first", "second")
    origin.fires("second")
    assert said(beats[0], f"(git {second[:12]}) in force: 2 schedules") == 1

    broken = origin.push("first", "third", experiment="nowhere.yaml")
    (told,) = eventually(lambda: refusals(origin.system), within=15, what=origin.system.logs())
    assert f"the repo of git commit {broken[:12]} was refused as a whole" in told
    assert "schedules/shop.yaml:3:17" in told
    origin.fires("second")
    assert origin.system.runs("third") == []

    origin.server.force("main", first)
    eventually(
        lambda: said(beats[0], f"(git {first[:12]}) in force") == 2, within=8, what=origin.system.logs()
    )
    origin.fires("first")
    last = len(origin.system.runs("second"))
    origin.fires("first")
    assert len(origin.system.runs("second")) == last
    assert len(refusals(origin.system)) == 1


def test_a_server_that_is_away_or_refuses_keeps_the_last_good_commit_and_is_said_once(origin: Origin) -> None:
    first = origin.push("first")
    beat = origin.beat()
    origin.fires("first", within=20)

    origin.server.stop()
    said(beat, f"Connection refused; commit {first[:12]} stays")
    origin.push("first", "second")
    asked = len(origin.system.runs("first"))
    eventually(lambda: len(origin.system.runs("first")) > asked + 3, within=15)
    origin.server.start()
    origin.fires("second", within=12)
    assert (said(beat, "Connection refused"), said(beat, "it works again")) == (1, 1)

    origin.token_file.write_text(WRONG_TOKEN)
    said(beat, "its server refuses the token of COWBANE_REPO_GIT_TOKEN_FILE (HTTP 401); commit")
    third = origin.push("third")
    polled = origin.server.asked
    eventually(lambda: origin.server.asked > polled + 2, within=15)
    origin.token_file.write_text(TOKEN)
    origin.fires("third", within=12)
    assert said(beat, f"(git {third[:12]}) in force") == 1
    assert (said(beat, "refuses the token"), said(beat, "it works again")) == (1, 2)


def test_a_first_start_without_the_server_waits_for_it_and_a_later_one_has_the_last_commit(
    origin: Origin,
) -> None:
    origin.push("first")
    origin.server.stop()
    beat = origin.beat()
    assert said(beat, "Connection refused; no repo is in force until it works", within=20) == 1
    asked = health(origin.system, "ready")
    assert (asked.returncode, "a repo in force" in asked.stdout) == (1, True)
    assert health(origin.system, "live").returncode == 0
    origin.server.start()
    origin.fires("first", within=12)
    assert health(origin.system, "ready").returncode == 0
    assert "repo refused" not in beat.log.read_text()

    origin.server.stop()
    beat.stop()
    origin.beat("beat-again")
    origin.fires("first", within=20)


def refusals(system: System) -> list[str]:
    events = (message.event for message in system.receiver.messages if message.event)
    return [event.reason for event in events if event.name == "validate-failed"]


def health(system: System, question: str) -> subprocess.CompletedProcess[str]:
    environment: Mapping[str, str] = {"PATH": os.environ["PATH"], "COWBANE_STATE_DIR": str(system.folder)}
    command = [sys.executable, str(PROGRAMS / "cowbane"), "health", question]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60)
