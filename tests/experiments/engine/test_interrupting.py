"""SIGTERM ends a run at once, wherever it blocks, and what it changed is undone."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from small_world import World, action, experiment
from waiting import eventually

from experiments.engine.interrupter import NUDGE, SIGNALS, interrupting
from experiments.engine.run import run
from experiments.engine.stop import Interrupted, Stop
from experiments.journal import Journal
from experiments.model import Outcome, Pauses

TESTS = Path(__file__).parents[2]


@contextmanager
def run_of(what: str, argument: str = "") -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, str(TESTS / "interrupted_run.py"), what, argument]
    path = os.pathsep.join((str(TESTS.parent), str(TESTS)))
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    ) as child:
        try:
            yield child
        finally:
            child.kill()


def interrupted(child: subprocess.Popen[str], number: signal.Signals = signal.SIGTERM) -> list[str]:
    child.send_signal(number)
    out, _ = child.communicate(timeout=10)
    return out.splitlines()


def check(lines: list[str], name: str = "SIGTERM") -> None:
    journal = json.loads(lines[-1])
    assert (journal["outcome"], journal["reason"]) == ("interrupted", f"told to stop ({name})")
    assert journal["undo_failed"] is False
    assert lines[-2] == "lights True"


def begun(child: subprocess.Popen[str]) -> None:
    assert child.stdout is not None
    assert child.stdout.readline() == "begun\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_in_a_pause(number: signal.Signals) -> None:
    with run_of("pause") as child:
        begun(child)
        check(interrupted(child, number), number.name)


def test_in_a_python_activity_that_swallows_every_exception() -> None:
    with run_of("python") as child:
        begun(child)
        check(interrupted(child))


def test_in_a_python_activity_when_another_thread_requests_the_stop() -> None:
    with run_of("halt") as child:
        begun(child)
        out, _ = child.communicate(timeout=10)
    journal = json.loads(out.splitlines()[-1])
    assert (journal["outcome"], journal["reason"]) == ("interrupted", "halted by ann")
    assert out.splitlines()[-2] == "lights True"


def test_in_an_http_call_that_is_not_answered() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(20)
        with run_of("http", f"http://127.0.0.1:{silent.getsockname()[1]}") as child, silent.accept()[0]:
            check(interrupted(child))


def test_in_a_program_whose_whole_group_ends_with_it(tmp_path: Path) -> None:
    written = tmp_path / "pid"
    with run_of("process", str(written)) as child:
        grandchild = int(eventually(lambda: written.exists() and written.read_text(), within=20) or 0)
        check(interrupted(child))
        eventually(lambda: not _is_running(grandchild), what="the end of the program's own child")


def test_more_signals_during_the_undo_change_nothing() -> None:
    with run_of("undo") as child:
        begun(child)
        child.send_signal(signal.SIGTERM)
        assert child.stdout is not None
        assert child.stdout.readline() == "undoing\n"
        for _ in range(3):
            child.send_signal(signal.SIGTERM)
        out, _ = child.communicate("go on\n", timeout=10)
        check(out.splitlines())


def test_a_run_in_another_thread_ends_its_pause_at_once() -> None:
    world = World()
    journals: list[Journal] = []
    given = experiment(action("put_out", name="a"), action("say", word="x", pauses=Pauses(after=60)))
    thread = threading.Thread(target=lambda: journals.append(run(given, world.host())))
    thread.start()
    eventually(lambda: "x" in world.told)
    world.stop.request("halted by ann")
    thread.join(5)
    assert [(each.outcome, each.reason) for each in journals] == [(Outcome.INTERRUPTED, "halted by ann")]
    assert world.lights["a"]


def test_outside_of_bodies_a_signal_only_asks_for_the_stop() -> None:
    stop = Stop()
    with interrupting(stop, "told"):
        os.kill(os.getpid(), signal.SIGTERM)
        assert stop.reason == "told (SIGTERM)"
    with pytest.raises(Interrupted):
        stop.check()


def test_a_signal_in_a_body_is_raised_there() -> None:
    stop = Stop()
    with pytest.raises(Interrupted), interrupting(stop, "told"), stop.exposed():
        _forever(lambda: os.kill(os.getpid(), signal.SIGTERM))


def test_the_handlers_before_it_come_back() -> None:
    numbers = (*SIGNALS, NUDGE)
    before = [signal.getsignal(number) for number in numbers]
    with interrupting(Stop(), "told"):
        assert not {*map(signal.getsignal, numbers)} & {*before}
    assert [signal.getsignal(number) for number in numbers] == before


def test_a_stray_nudge_interrupts_nothing() -> None:
    stop = Stop()
    with interrupting(stop, "told"), stop.exposed():
        signal.raise_signal(NUDGE)
    signal.raise_signal(NUDGE)
    assert not stop.requested


def _forever(first: Callable[[], None]) -> None:
    first()
    while True:
        pass


def _is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("told", ["by a request", "by a signal"])
def test_no_request_is_lost_that_comes_just_before_a_call_that_blocks(told: str) -> None:
    for _ in range(200):
        stop, ready = Stop(), threading.Event()

        def tell(stop: Stop = stop, ready: threading.Event = ready) -> None:
            ready.wait(30)
            if told == "by a signal":
                os.kill(os.getpid(), signal.SIGTERM)
            else:
                stop.request("halted")

        teller = threading.Thread(target=tell)
        teller.start()
        with interrupting(stop, "told to stop"), pytest.raises(Interrupted):
            _blocked(stop, ready)
        teller.join()


def _blocked(stop: Stop, ready: threading.Event) -> None:
    with stop.exposed():
        ready.set()
        threading.Event().wait(60)
