"""What the demo system does, its weaknesses above all: the endings of the catalog rest on them."""

from __future__ import annotations

import ast
import socket
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from deploy.demo_programs import DEMO, LOOPBACK, Running, free_port
from local_server import LocalServer, Reply
from waiting import eventually

from experiments.clock import FixedClock

Start = Callable[..., Running]
PEOPLE = "Ada, Barbara, Edsger, Grace, Ken\n"
#: "At once": what a node has patience for without anybody noticing.
AT_ONCE = 2.0


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a program by its file's name; all are gone afterwards."""
    started: list[Running] = []

    def start(name: str, *arguments: object) -> Running:
        words = tuple(map(str, arguments))
        started.append(Running(f"{name}.py", words, tmp_path / f"{len(started)}-{name}.log"))
        return started[-1]

    yield start
    for each in started:
        each.kill()


@pytest.fixture
def served() -> Iterator[LocalServer]:
    """A server that the repeater and the traffic may ask."""
    with LocalServer() as server:
        yield server


def database(start: Start, port: int = 0) -> Running:
    return start("database", "--host", LOOPBACK, "--port", port, "--loading", 0)


def app(start: Start, database_port: int, *arguments: object) -> Running:
    where = (f"{LOOPBACK}:{database_port}", "--host", LOOPBACK, "--port", 0, "--again", 0.05)
    return start("app", *where, *arguments)


def repeater(start: Start, *arguments: object) -> Running:
    return start("repeater", LOOPBACK, "--host", LOOPBACK, "--port", 0, *arguments)


def test_the_application_has_three_paths(start: Start) -> None:
    running = app(start, database(start).port)
    assert running.get("/")[0] == 200
    assert running.get("/demo/person")[:2] == (200, PEOPLE)
    assert running.get("/limiter")[0] == 200
    assert running.get("/admin")[0] == 404


def test_without_a_database_at_start_it_runs_and_serves_nothing_until_there_is_one(start: Start) -> None:
    where, here = free_port(), free_port()
    running = app(start, where, "--port", here)
    running.says("waits for the database")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((LOOPBACK, here), timeout=1)
    assert running.runs
    database(start, where)
    assert (running.port, running.get("/demo/person")[0]) == (here, 200)


def test_its_health_does_not_depend_on_the_database(start: Start) -> None:
    people = database(start)
    running = app(start, people.port, "--patience", 0.2)
    assert running.get("/")[0] == 200
    people.kill()
    assert running.get("/demo/person")[0] == 503
    assert running.get("/")[0] == 200


def test_without_its_database_whoever_needs_it_waits(start: Start) -> None:
    people = database(start)
    running = app(start, people.port, "--patience", 30)
    assert running.get("/demo/person")[0] == 200
    people.kill()
    with pytest.raises(TimeoutError):
        running.get("/demo/person", wait=0.3)
    assert running.runs


def test_a_database_that_is_back_helps_only_an_application_that_starts_anew(start: Start) -> None:
    people = database(start)
    old = app(start, people.port, "--patience", 0.2)
    assert old.get("/demo/person")[0] == 200
    people.told_to_end(within=AT_ONCE)
    assert old.get("/demo/person")[0] == 503
    database(start, people.port)
    new = app(start, people.port)
    assert new.get("/demo/person")[0] == 200
    assert old.get("/demo/person")[0] == 503


def test_the_database_serves_nobody_while_it_loads(start: Start) -> None:
    here = free_port()
    running = start("database", "--host", LOOPBACK, "--port", here, "--loading", 60)
    running.says("loads for 60 s")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((LOOPBACK, here), timeout=1)


def limiter(clock: FixedClock) -> Any:
    """The class on its own, as nobody but a test needs it: the programs are no package."""
    spec = spec_from_file_location("demo_app", DEMO / "app.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Limiter(clock.monotonic, per_second=5, burst=10, shut_for=15)


#: What is said -> seconds before each request, and whether it is served.
LIMITS = {
    "five a second are served for ever": ([0.2] * 100, [True] * 100),
    "ten at once are served, not eleven": ([0] * 11, [True] * 10 + [False]),
    "one too many shuts it for 15 s": ([0] * 11 + [14.9], [True] * 10 + [False] * 2),
    "and no longer": ([0] * 11 + [15], [True] * 10 + [False, True]),
    "asking slowly meanwhile changes nothing": ([0] * 11 + [1] * 15, [True] * 10 + [False] * 15 + [True]),
    "asking too fast does": ([0] * 11 + [14] + [0] * 10 + [14.9], [True] * 10 + [False] * 13),
}


@pytest.mark.parametrize(("seconds", "served"), LIMITS.values(), ids=LIMITS)
def test_the_limiter(seconds: list[float], served: list[bool]) -> None:
    clock = FixedClock(datetime(2026, 11, 23, tzinfo=UTC))
    limited = limiter(clock)
    seen = []
    for each in seconds:
        clock.advance(each)
        seen.append(limited.allows())
    assert seen == served


def test_the_limited_path_refuses_for_a_while_and_serves_again(start: Start) -> None:
    limits = ("--per-second", 2, "--burst", 1, "--shut-for", 1)
    running = app(start, database(start).port, *limits)
    assert [running.get("/limiter")[0] for _ in range(2)] == [200, 429]
    eventually(lambda: running.get("/limiter")[0] == 200, every=0.6)


def test_the_repeater_hands_on_status_body_and_headers_both_ways(start: Start, served: LocalServer) -> None:
    served.replies["/teapot"] = Reply(status=418, headers={"x-pot": "blue"}, body=b"no coffee")
    addr = served.url("/teapot?cup=1")
    tracing = {"x-request-id": "7", "x-b3-traceid": "8"}
    status, text, headers = repeater(start).get(f"/?addr={addr}", tracing)
    assert (status, text, headers["x-pot"]) == (418, "no coffee", "blue")
    (asked,) = served.asked
    assert asked.path == "/teapot?cup=1"
    assert tracing.items() <= asked.headers.items()
    assert asked.headers["host"] == f"{LOOPBACK}:{served.port}"


def test_the_repeater_asks_once_whatever_the_answer(start: Start, served: LocalServer) -> None:
    served.replies["/"] = Reply(status=500)
    assert repeater(start).get(f"/?addr={served.url()}")[0] == 500
    assert len(served.asked) == 1


def test_the_repeater_says_why_it_did_not_ask(start: Start, served: LocalServer) -> None:
    running = repeater(start)
    table = {
        "": 400,
        "?addr=": 400,
        "?addr=go-demo-8": 400,
        "?addr=file:///etc/passwd": 400,
        "?addr=http://%5B": 400,
        f"?addr=http://localhost:{served.port}": 403,
        f"?addr=http://{LOOPBACK}:{free_port()}": 502,
    }
    assert {query: running.get(f"/{query}")[0] for query in table} == table
    assert served.asked == []


def test_through_the_repeater_the_application_is_reached(start: Start) -> None:
    running = app(start, database(start).port)
    status, text, _ = repeater(start).get(f"/?addr=http://{running.address}/demo/person")
    assert (status, text) == (200, PEOPLE)


def test_traffic_tells_how_many_got_what(start: Start, served: LocalServer) -> None:
    served.replies["/"] = Reply()
    running = start("traffic", served.url(), "--per-second", 50, "--every", 0.2)
    running.says(r": \d+ x 200; slowest 0\.\d+ s$")
    served.replies["/"] = Reply(status=503)
    running.says(r": \d+ x 503; slowest")


def test_traffic_tells_refusal_from_silence(start: Start, served: LocalServer) -> None:
    start("traffic", f"http://{LOOPBACK}:{free_port()}", "--every", 0.2).says(r": \d+ x refused; slowest")
    served.replies["/"] = Reply(hold=Event())
    silent = start("traffic", served.url(), "--every", 0.2, "--timeout", 0.1)
    silent.says(r": \d+ x no answer in 0\.1 s; slowest")


def test_traffic_goes_on_asking_whoever_still_waits(start: Start, served: LocalServer) -> None:
    served.replies["/"] = Reply(hold=Event())
    start("traffic", served.url(), "--per-second", 50, "--timeout", 30)
    eventually(lambda: len(served.asked) > 5)


def test_the_last_line_of_traffic_is_written_when_it_is_told_to_end(
    start: Start, served: LocalServer
) -> None:
    served.replies["/"] = Reply()
    running = start("traffic", served.url(), "--per-second", 50, "--every", 60)
    eventually(lambda: len(served.asked) > 5)
    assert running.told_to_end(within=AT_ONCE) == 0
    (line,) = running.lines
    assert " x 200; slowest " in line


def test_each_program_ends_at_once_when_told_to(start: Start, served: LocalServer) -> None:
    """Whatever it is at: as process 1 of a container, one that does not would make each drain wait."""
    served.replies["/"] = Reply(hold=Event())
    people = database(start)
    serving = app(start, people.port, "--patience", 60)
    repeating = repeater(start)
    assert serving.get("/demo/person")[0] == 200
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(repeating.get, f"/?addr={served.url()}")
        eventually(lambda: served.asked)
        loading = start("database", "--loading", 60, "--port", 0)
        loading.says("loads")
        connecting = app(start, free_port(), "--again", 60)
        connecting.says("waits")
        busy = (people, serving, repeating, loading, connecting)
        assert [each.told_to_end(within=AT_ONCE) for each in busy] == [0] * len(busy)
        assert isinstance(waiting.exception(AT_ONCE), OSError)


@pytest.mark.parametrize("file", sorted(DEMO.glob("*.py")), ids=lambda file: file.name)
def test_a_program_is_one_file_that_needs_nothing_but_python(file: Path) -> None:
    imported = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            imported |= {each.name.partition(".")[0] for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").partition(".")[0])
    assert imported <= sys.stdlib_module_names
