"""A program: its words are only words, and nothing of it outlives the activity."""

from __future__ import annotations

import os
import shutil
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from surrounded import surrounded
from waiting import eventually

from experiments.engine.stop import Interrupted, Stop
from experiments.failures import ActivityFailed
from experiments.model import Json, ProcessProvider
from experiments.policy import Policy
from experiments.providers.process import OUTPUT_LIMIT, execute

PATH = {"PATH": os.environ["PATH"]}
#: Starts a grandchild that writes its pid and sleeps, then waits for it.
FAMILY = """
import subprocess, sys
child = subprocess.Popen(["sleep", "60"])
open(sys.argv[1], "w").write(str(child.pid))
child.wait()
"""


def start(*words: Json, path: str = sys.executable, **more: Any) -> dict[str, Json]:
    arguments = more.pop("arguments", list(words))
    around = surrounded(**{"environment": PATH, **more.pop("around", {})})
    return execute(ProcessProvider(path=path, arguments=arguments, **more), around)


def printing(*words: Json, **more: Any) -> Json:
    return start("-c", "import sys; print(sys.argv[1:])", *words, **more)["stdout"]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_status_and_outputs_are_the_answer() -> None:
    code = "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"
    assert start("-c", code) == {"status": 3, "stdout": "out\n", "stderr": "err\n"}


@pytest.mark.parametrize("word", ["a b", "$(id)", "; id", "`id`", "${HOME}", "| cat", "> /dev/null"])
def test_no_shell_ever_sees_the_arguments(word: str) -> None:
    assert printing(word) == f"{[word]}\n"


def test_nothing_and_empty_text_are_dropped_and_the_rest_is_text() -> None:
    assert printing("a b", 1, None, "", True) == "['a b', '1', 'True']\n"


def test_text_is_split_into_words_as_a_shell_splits_it() -> None:
    code = "'import sys; print(sys.argv[1:])'"
    assert start(arguments=f"-c {code} a 'b c' '$(id)' \"|\"")["stdout"] == "['a', 'b c', '$(id)', '|']\n"


def test_a_mapping_is_its_keys_and_values() -> None:
    answer = start(path="echo", arguments={"--name": "x", "--count": 2, "--flag": None})
    assert answer["stdout"] == "--name x --count 2 --flag\n"


def test_arguments_are_substituted_and_what_comes_of_it_is_one_word() -> None:
    assert printing("${x}", around={"names": {"x": "a; id"}}) == "['a; id']\n"


def test_text_that_cannot_be_split_is_a_failure() -> None:
    with pytest.raises(ActivityFailed, match="cannot be split into words"):
        start(arguments="'open")


def test_it_sees_the_run_s_environment_and_no_other() -> None:
    code = "import os; print(sorted(set(os.environ) - {'LC_CTYPE'}))"
    assert start("-c", code, around={"environment": {"MINE": "1"}})["stdout"] == "['MINE']\n"


def test_it_reads_nothing_from_our_standard_input() -> None:
    assert start("-c", "import sys; print(repr(sys.stdin.read()))", timeout=10)["stdout"] == "''\n"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("no-such-program", "no program 'no-such-program' on PATH"),
        ("/etc/passwd", "no program '/etc/passwd'"),
        ("", "no program ''"),
    ],
)
def test_a_program_that_is_not_there_is_a_failure(path: str, words: str) -> None:
    with pytest.raises(ActivityFailed, match=words):
        start(path=path)


def test_a_program_that_cannot_be_started_is_a_failure(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_bytes(b"\x7fELF nothing")
    broken.chmod(0o755)
    with pytest.raises(ActivityFailed, match="cannot be started"):
        start(path=str(broken))


def test_an_argument_that_no_program_can_be_given_is_a_failure() -> None:
    with pytest.raises(ActivityFailed, match=r"cannot be started.*null byte"):
        start("a\0b")


def test_the_policy_is_asked_before_anything_starts(tmp_path: Path) -> None:
    touched = tmp_path / "touched"
    with pytest.raises(ActivityFailed, match="does not allow the program 'touch'"):
        start(str(touched), path="touch", around={"policy": Policy(executables=("true",))})
    assert not touched.exists()


def test_the_policy_is_asked_for_one_text_before_anything_starts(tmp_path: Path) -> None:
    touched, policy = tmp_path / "touched", Policy(executables=("/usr/bin/touch",))
    with pytest.raises(ActivityFailed, match="allows arguments as a list only"):
        start(path="/usr/bin/touch", arguments=str(touched), around={"policy": policy})
    assert not touched.exists()


WHAT_IT_SEES = ["-c", "import os; print(sorted(set(os.environ) - {'LC_CTYPE'}))"]


def test_a_worker_s_program_sees_no_more_of_the_environment_than_the_policy_gives() -> None:
    environment = {"PATH": "/bin", "HOME": "/", "LANG": "C", "SHOP_URL": "x", "COWBANE_REDIS_PASSWORD": "x"}
    default = Policy(executables=(sys.executable,))
    wider = replace(default, environment=("SHOP_*",))
    for policy, seen in ((default, ["HOME", "LANG", "PATH"]), (wider, ["SHOP_URL"])):
        answer = start(arguments=WHAT_IT_SEES, around={"environment": environment, "policy": policy})
        assert answer["stdout"] == f"{seen}\n"


def test_words_that_a_shell_would_run_are_words_in_a_worker_too() -> None:
    policy = Policy(executables=(sys.executable,))
    words = ["$(id)", "; id", "`id`", "| sh"]
    answer = start("-c", "import sys; print(sys.argv[1:])", *words, around={"policy": policy})
    assert answer["stdout"] == f"{words}\n"


def test_a_worker_s_program_ends_though_the_file_gives_no_time() -> None:
    policy = Policy(executables=(sys.executable,), program_seconds=0.2)
    with pytest.raises(ActivityFailed, match=r"took longer than 0\.2 s and was killed"):
        start("-c", "import time; time.sleep(60)", around={"policy": policy})
    assert Policy().program_seconds is not None
    assert Policy.laptop().program_seconds is None


def test_the_time_out_kills_the_whole_group(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    with pytest.raises(ActivityFailed, match="took longer than 1 s and was killed"):
        start("-c", FAMILY, str(pid), timeout=1)
    grandchild = int(pid.read_text())
    eventually(lambda: not alive(grandchild), within=2, what="the death of the grandchild")


@pytest.mark.parametrize("timeout", ["soon", [1, 2], True, 0, -1, float("nan")])
def test_a_wrong_time_out_is_a_failure_before_anything_starts(tmp_path: Path, timeout: Any) -> None:
    touched = tmp_path / "touched"
    with pytest.raises(ActivityFailed, match="timeout: expected seconds"):
        start(str(touched), path="touch", timeout=timeout)
    assert not touched.exists()


def test_what_it_leaves_behind_dies_with_it(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    code = FAMILY.replace("child.wait()", "")
    assert start("-c", code, str(pid))["status"] == 0
    grandchild = int(pid.read_text())
    eventually(lambda: not alive(grandchild), within=2, what="the death of what was left behind")


def test_a_talkative_program_neither_blocks_nor_fills_the_memory() -> None:
    code = f"import sys; sys.stdout.write('x' * {OUTPUT_LIMIT * 3}); sys.stderr.write('y' * {OUTPUT_LIMIT})"
    answer = start("-c", code, timeout=30)
    assert (len(str(answer["stdout"])), len(str(answer["stderr"]))) == (OUTPUT_LIMIT, OUTPUT_LIMIT)


def test_output_that_is_no_text_is_shown_as_far_as_it_is() -> None:
    assert start("-c", "import os; os.write(1, b'a\\xffb')")["stdout"] == "a\ufffdb"


def test_a_stop_from_another_thread_kills_the_whole_group(tmp_path: Path) -> None:
    pid, stop = tmp_path / "pid", Stop()
    ended: list[str] = []

    def running() -> None:
        try:
            start("-c", FAMILY, str(pid), around={"stop": stop})
        except Interrupted as stopped:
            ended.append(str(stopped))

    thread = threading.Thread(target=running)
    thread.start()
    grandchild = int(eventually(lambda: pid.exists() and pid.read_text(), what="the grandchild"))
    stop.request("halted")
    thread.join(5)
    assert ended == ["halted"]
    eventually(lambda: not alive(grandchild), within=2, what="the death of the grandchild")


def test_it_is_found_on_the_path_of_the_run(tmp_path: Path) -> None:
    shutil.copy("/bin/echo", tmp_path / "mine")
    assert start("hi", path="mine", around={"environment": {"PATH": str(tmp_path)}})["stdout"] == "hi\n"
