"""A signal in the middle of a run, by Chaos Toolkit's command and by ours, as whole processes."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from differential.allowed import ROLLED_BACK, SIGNAL_PASSED_OVER, Difference
from differential.cases import BACK, Data, act, ask, program, python, whole
from waiting import eventually

ROOT = Path(__file__).parents[2]
PROGRAMS = Path(sys.executable).parent
COMMANDS = {
    "theirs": [str(PROGRAMS / "chaos"), "--no-version-check", "--no-log-file", "run", "--journal-path"],
    "ours": [str(PROGRAMS / "cowbane"), "run", "--no-settings", "--journal"],
}
SLEEPING = "from extensions.deeds import do; do('here'); import time; time.sleep(60)"
PLACES: dict[str, Data] = {
    "in a pause": act("here", pauses={"after": 60}),
    "in a function that passes over what goes wrong": {**ask(python("hold")), "type": "action"},
    "in a program": {**ask(program(SLEEPING)), "type": "action"},
    "in a request": {**ask({"type": "http", "url": "http://127.0.0.1:${port}/"}), "type": "action"},
}
SIGNALS = (signal.SIGINT, signal.SIGTERM)


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
@pytest.mark.parametrize("place", PLACES)
def test_a_signal_ends_both_but_we_put_right_what_was_done(
    place: str, number: signal.Signals, tmp_path: Path
) -> None:
    them, us = (stopped(side, PLACES[place], number, tmp_path / side) for side in COMMANDS)
    assert us == ("interrupted", ["here", "back"] if place != "in a request" else ["back"], 1)
    assert differences(them, us) == expected(place, number)


def expected(place: str, number: signal.Signals) -> set[str]:
    """SIGINT is no Exception there either; SIGTERM is one, and functions pass over those."""
    swallowed = number is signal.SIGTERM and place == "in a function that passes over what goes wrong"
    return {named.name for named in ((SIGNAL_PASSED_OVER,) if swallowed else (ROLLED_BACK,))}


def differences(them: tuple[str, list[str], int], us: tuple[str, list[str], int]) -> set[str]:
    found: list[Difference] = []
    if them[0] != us[0] or "never" in them[1]:
        found.append(SIGNAL_PASSED_OVER)
    elif them[1] != us[1]:
        found.append(ROLLED_BACK)
    return {each.name for each in found}


def stopped(side: str, place: Data, number: signal.Signals, folder: Path) -> tuple[str, list[str], int]:
    """The status, what was done, and the exit code."""
    folder.mkdir()
    deeds = folder / "deeds"
    deeds.touch()
    with socket.create_server(("127.0.0.1", 0)) as server:
        made = whole(place, act("never"), rollbacks=[BACK], configuration={"port": server.getsockname()[1]})
        (folder / "experiment.json").write_text(json.dumps(made))
        with running(side, folder, deeds) as child:
            if "http" in json.dumps(place):
                server.settimeout(30)
                with server.accept()[0]:
                    child.send_signal(number)
                    code = child.wait(30)
            else:
                eventually(lambda: "here" in deeds.read_text(), within=30)
                child.send_signal(number)
                code = child.wait(30)
    journal: Any = json.loads((folder / "journal.json").read_text())
    return journal["status"], deeds.read_text().split("\n")[:-1], code


@contextmanager
def running(side: str, folder: Path, deeds: Path) -> Iterator[subprocess.Popen[bytes]]:
    path = os.pathsep.join((str(ROOT), str(ROOT / "tests")))
    with subprocess.Popen(
        [*COMMANDS[side], str(folder / "journal.json"), str(folder / "experiment.json")],
        cwd=folder,
        env={**os.environ, "DEEDS": str(deeds), "PYTHONPATH": path},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as child:
        try:
            yield child
        finally:
            child.kill()
