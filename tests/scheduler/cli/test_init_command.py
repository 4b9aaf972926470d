"""`cowbane init` writes what `cowbane check` accepts, or nothing at all."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from scheduler.cli.check import check
from scheduler.cli.init import init

#: Title, description, no hypothesis.
BEGIN = ["A pod is lost", "One of the shop's pods is deleted", ""]
#: `terminate_pods`: name, eight arguments and their namespace, pause.
KILL = ["terminate_pods", "", "app=shop", "", "", "true", "", "2", "", "", "shop", "10"]
END = ["", ""]
WHOLE = [
    "The shop survives",
    "Whatever happens",
    "It answers",
    *["http://shop/", "", ""],
    *["chaosk8s.pod.probes.count_pods", "", "", "Running", "shop", "[1, 3]"],
    "",
    *KILL,
    *["echo 'a b'", "probe", "said", ""],
    "",
    *["os.path.isdir", "", "", "/tmp", "${pause}"],
    "",
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "experiment.yaml"


def answered(path: Path, *lines: str) -> Result:
    return CliRunner().invoke(init, [str(path)], input="".join(f"{line}\n" for line in lines))


def test_what_was_asked_is_written_and_can_be_used(path: Path) -> None:
    done = answered(path, *WHOLE)
    assert done.exit_code == 0, done.output
    assert "is written and checked" in done.stdout
    assert CliRunner().invoke(check, [str(path)]).stdout == f"{path}: ok\n"
    assert yaml.safe_load(path.read_text()) == {
        "title": "The shop survives",
        "description": "Whatever happens",
        "steady-state-hypothesis": {
            "title": "It answers",
            "probes": [
                {
                    "type": "probe",
                    "name": "get-shop",
                    "provider": {"type": "http", "url": "http://shop/", "timeout": 5},
                    "tolerance": 200,
                },
                {
                    "type": "probe",
                    "name": "count-pods",
                    "provider": {
                        "type": "python",
                        "module": "chaosk8s.pod.probes",
                        "func": "count_pods",
                        "arguments": {"phase": "Running", "ns": "shop"},
                    },
                    "tolerance": [1, 3],
                },
            ],
        },
        "method": [
            {
                "type": "action",
                "name": "terminate-pods",
                "provider": {
                    "type": "python",
                    "module": "chaosk8s.pod.actions",
                    "func": "terminate_pods",
                    "arguments": {"label_selector": "app=shop", "rand": True, "qty": 2, "ns": "shop"},
                },
                "pauses": {"after": 10},
            },
            {
                "type": "probe",
                "name": "said",
                "provider": {"type": "process", "path": "echo", "arguments": ["a b"]},
            },
        ],
        "rollbacks": [
            {
                "type": "action",
                "name": "isdir",
                "provider": {
                    "type": "python",
                    "module": "os.path",
                    "func": "isdir",
                    "arguments": {"s": "/tmp"},
                },
                "pauses": {"after": "${pause}"},
            }
        ],
    }


def test_a_wrong_answer_is_asked_again(path: Path) -> None:
    wrong = [*KILL]
    wrong[7:8] = ["many", "3"]
    done = answered(path, "", *BEGIN, "terminate_pod", *wrong, *END)
    assert done.exit_code == 0, done.output
    assert "expected an answer, found nothing" in done.stdout
    assert "did you mean 'terminate_pods'?" in done.stdout
    assert "qty: expected a whole number, found 'many'" in done.stdout
    (action,) = yaml.safe_load(path.read_text())["method"]
    assert action["provider"]["arguments"]["qty"] == 3


def test_an_action_is_no_probe_of_a_hypothesis(path: Path) -> None:
    done = answered(path, "t", "d", "It holds", "terminate_pods", "?", "", *END)
    assert "terminate_pods changes something; expected a probe" in done.stdout
    assert "chaosk8s.pod.probes.count_pods" in done.stdout
    assert "chaosk8s.pod.actions" not in done.stdout.partition("?\n")[2].partition("The method")[0]


def test_two_activities_have_two_names(path: Path) -> None:
    answered(path, *BEGIN, *KILL, *KILL, *END)
    names = [each["name"] for each in yaml.safe_load(path.read_text())["method"]]
    assert names == ["terminate-pods", "terminate-pods-2"]


def test_text_that_yaml_would_misread_survives(path: Path) -> None:
    answered(path, "0o17", "1e3", "", *END)
    checked = CliRunner().invoke(check, [str(path)])
    assert checked.stdout == f"{path}: ok\n"


def test_json_is_written_where_the_name_says_so(tmp_path: Path) -> None:
    path = tmp_path / "experiment.json"
    assert answered(path, *BEGIN, *KILL, *END).exit_code == 0
    assert path.read_text().startswith('{\n  "title": "A pod is lost",')
    assert CliRunner().invoke(check, [str(path)]).exit_code == 0


@pytest.mark.parametrize("count", range(len(WHOLE)))
def test_whoever_leaves_early_leaves_no_file(path: Path, count: int) -> None:
    done = answered(path, *WHOLE[:count])
    assert done.exit_code == 1
    assert list(path.parent.iterdir()) == []


def test_a_file_that_is_there_stays_unless_one_agrees(path: Path) -> None:
    path.write_text("precious")
    assert answered(path, "", *BEGIN, *END).exit_code == 1
    assert answered(path, "n", *BEGIN, *END).exit_code == 1
    assert answered(path, "y", *BEGIN[:1]).exit_code == 1
    assert path.read_text() == "precious"
    assert answered(path, "y", *BEGIN, *END).exit_code == 0
    assert yaml.safe_load(path.read_text())["title"] == "A pod is lost"


@pytest.mark.parametrize("name", ["experiment.txt", "experiment", "no/such/folder.yaml"])
def test_a_place_that_cannot_be_is_refused_before_anything_is_asked(tmp_path: Path, name: str) -> None:
    done = answered(tmp_path / name)
    assert done.exit_code == 2
    assert "expected a file .yaml, .yml, .json in a folder that is there" in done.stderr
    assert done.stdout == ""


#: Makes its end of the line the terminal that sends it Ctrl-C.
AT_A_TERMINAL = """
import fcntl, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from scheduler.cli.main import main
main()
"""


@contextmanager
def terminal(*arguments: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The command line at a terminal of its own, and our end of it."""
    ours, theirs = os.openpty()
    command = [sys.executable, "-c", AT_A_TERMINAL, *arguments]
    environment = {**os.environ, "TERM": "xterm"}
    with subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, start_new_session=True
    ) as child:
        os.close(theirs)
        try:
            yield child, ours
        finally:
            child.kill()
            os.close(ours)


def until(line: int, text: str, *, pressing: bytes = b"") -> str:
    """What the program says, up to the text; a key may have to be pressed more than once.

    Python loses a Ctrl-C between the prompt and its wait for keys: the next one is heard.
    """
    said, waits = "", 30
    os.write(line, pressing)
    while text not in said:
        if select.select([line], [], [], 1)[0]:
            with suppress(OSError):  # the program has ended
                said += os.read(line, 4096).decode(errors="replace")
            continue
        waits -= 1
        assert waits, f"{text!r} was not said, but {said!r}"
        os.write(line, pressing)
    return said


def test_a_terminal_completes_names_and_ctrl_c_leaves_no_file(path: Path) -> None:
    with terminal("init", str(path)) as (child, line):
        for question, answer in [("Title: ", "t\n"), ("Description: ", "d\n"), ("no hypothesis): ", "\n")]:
            until(line, question)
            os.write(line, answer.encode())
        until(line, "Activity 1 (nothing: no more): ")
        os.write(line, b"chaosk8s.pod.act\t")
        until(line, "chaosk8s.pod.actions.terminate_pods")
        os.write(line, b"\n")
        until(line, "Name [terminate-pods]: ")
        until(line, "Aborted!", pressing=b"\x03")
        assert child.wait(timeout=30) == 1
    assert list(path.parent.iterdir()) == []
