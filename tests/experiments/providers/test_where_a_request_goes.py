"""A name is resolved once, its addresses are judged, and the connection goes to one of these."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from local_server import LocalServer, Reply
from surrounded import surrounded
from waiting import eventually

from experiments.engine.stop import Interrupted, Stop
from experiments.failures import ActivityFailed, SteadyStateNotMet
from experiments.model import HttpProvider
from experiments.policy import Policy
from experiments.providers.http import request
from experiments.providers.resolution import Resolver

HERE = ("shop.example", "127.0.0.1")


@pytest.fixture
def server() -> Iterator[LocalServer]:
    with LocalServer() as server:
        server.replies["/"] = Reply(body=b"here")
        yield server


class Names:
    """A resolver that knows what a test says, and how often it was asked."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self._answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, host: str) -> Sequence[str]:
        self.asked.append(host)
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


def ask(url: str, names: Resolver, *hosts: str, stop: Stop | None = None, timeout: float = 5) -> object:
    policy = Policy(http_hosts=hosts) if hosts else Policy.laptop()
    around = surrounded(policy=policy, stop=stop or Stop())
    return request(HttpProvider(url=url, timeout=timeout), around, resolver=names)["body"]


def test_a_request_goes_to_the_address_and_keeps_its_name(server: LocalServer) -> None:
    names = Names(["127.0.0.1"])
    assert ask(f"http://shop.example:{server.port}/", names, *HERE) == "here"
    assert names.asked == ["shop.example"]
    assert server.asked[0].headers["host"] == f"shop.example:{server.port}"


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "::ffff:127.0.0.1", "169.254.169.254", "fd00:ec2::254", "0.0.0.0"]
)
def test_a_listed_name_that_leads_to_a_guarded_address_is_not_asked(
    server: LocalServer, address: str
) -> None:
    with pytest.raises(ActivityFailed, match="does not allow the address"):
        ask(f"http://shop.example:{server.port}/", Names([address]), "shop.example")
    assert server.asked == []


def test_of_several_addresses_only_those_that_are_allowed_are_tried(server: LocalServer) -> None:
    names = Names(["169.254.169.254", "127.0.0.1"])
    assert ask(f"http://shop.example:{server.port}/", names, *HERE) == "here"


def test_the_second_address_answers_where_the_first_does_not_listen(server: LocalServer) -> None:
    names = Names(["127.0.0.99", "127.0.0.1"])
    assert ask(f"http://shop.example:{server.port}/", names) == "here"


def test_a_name_that_changes_its_mind_is_judged_again_after_a_redirect(server: LocalServer) -> None:
    server.replies = {"/": Reply(status=302, headers={"Location": "/secret"}), "/secret": Reply(body=b"no")}
    names = Names(["127.0.0.1"], ["169.254.169.254"])
    with pytest.raises(ActivityFailed, match=r"169\.254\.169\.254 \(link-local\)"):
        ask(f"http://shop.example:{server.port}/", names, *HERE)
    assert [each.path for each in server.asked] == ["/"]


@pytest.mark.parametrize(
    "away", ["http://169.254.169.254/latest/", "http://2852039166/", "file:///etc/passwd"]
)
def test_a_redirect_to_somewhere_else_is_an_answer(server: LocalServer, away: str) -> None:
    server.replies["/"] = Reply(status=302, headers={"Location": away}, body=b"moved")
    assert ask(f"http://shop.example:{server.port}/", Names(["127.0.0.1"]), *HERE) == "moved"
    assert len(server.asked) == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "2130706433", "0x7f000001"])
def test_an_address_is_never_looked_up(server: LocalServer, host: str) -> None:
    names = Names(["192.0.2.1"])
    assert ask(f"http://{host}:{server.port}/", names) == "here"
    assert names.asked == []


def test_a_name_without_an_address_is_a_failure_of_its_own() -> None:
    with pytest.raises(ActivityFailed, match=r"shop\.example has no address") as failed:
        ask("http://shop.example/", Names([]))
    assert not isinstance(failed.value, SteadyStateNotMet)


def test_a_resolver_that_does_not_answer_is_given_up() -> None:
    never = threading.Event()
    with pytest.raises(ActivityFailed, match=r"shop.example was not resolved within 0\.05 s"):
        ask("http://shop.example/", lambda _host: [str(never.wait(30))], timeout=0.05)
    never.set()


def test_a_certificate_is_that_of_the_name_not_of_the_address(server: LocalServer) -> None:
    """The server speaks no TLS at all: what it is told first is the name of whom is meant."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        heard: list[bytes] = []
        hearing = threading.Thread(target=lambda: heard.append(_first_words(listening)))
        hearing.start()
        with pytest.raises(ActivityFailed):
            ask(f"https://shop.example:{listening.getsockname()[1]}/", Names(["127.0.0.1"]))
        hearing.join(5)
    assert b"shop.example" in heard[0]


def _first_words(listening: socket.socket) -> bytes:
    line, _ = listening.accept()
    with line:
        return line.recv(4096)


@pytest.fixture
def full() -> Iterator[int]:
    """A port whose queue is full: a connection to it is neither made nor refused."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listening:
        waiting = []
        for _ in range(8):
            line = socket.socket()
            line.setblocking(False)
            with suppress(BlockingIOError):
                line.connect(listening.getsockname())
            waiting.append(line)
        yield listening.getsockname()[1]
        for line in waiting:
            line.close()


def interrupted(asking: Callable[[Stop], object], *, once: Callable[[], object]) -> None:
    """Start it in a thread, stop it once it waits, and see it end at once."""
    stop = Stop()
    ended: list[str] = []

    def run() -> None:
        try:
            asking(stop)
        except Interrupted as told:
            ended.append(str(told))

    thread = threading.Thread(target=run)
    thread.start()
    eventually(once, what="the moment to stop in")
    stop.request("halted")
    thread.join(2)
    assert ended == ["halted"]


def test_a_stop_ends_the_wait_for_a_name_at_once() -> None:
    asked, never = threading.Event(), threading.Event()

    def slow(host: str) -> list[str]:
        asked.set()
        never.wait(30)
        return [host]

    interrupted(lambda stop: ask("http://shop.example/", slow, stop=stop, timeout=30), once=asked.is_set)
    never.set()


def test_a_stop_ends_a_connection_being_made_at_once(full: int) -> None:
    known = len(connecting(full))
    interrupted(
        lambda stop: ask(f"http://127.0.0.1:{full}/", Names([]), stop=stop, timeout=30),
        once=lambda: len(connecting(full)) > known,
    )


def connecting(port: int) -> list[str]:
    """The connections of this machine that wait for an answer of the port."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return [row[1] for row in rows if row[2].endswith(f":{port:04X}") and row[3] == "02"]


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_stop_ends_a_handshake_or_an_answer_that_does_not_come_at_once(scheme: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        lines: list[socket.socket] = []

        def heard() -> bytes:
            lines.append(listening.accept()[0])
            return lines[0].recv(1)

        url = f"{scheme}://127.0.0.1:{listening.getsockname()[1]}/"
        interrupted(lambda stop: ask(url, Names([]), stop=stop, timeout=30), once=heard)
        lines[0].close()


def test_a_stop_ends_tries_without_end_at_once() -> None:
    names = Names(["127.0.0.1"])
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        provider = HttpProvider(url=f"http://shop.example:{taken.getsockname()[1]}/", max_retries=10**9)
        interrupted(
            lambda stop: request(provider, surrounded(stop=stop), resolver=names), once=lambda: names.asked
        )


def test_only_a_connection_is_tried_again_as_often_as_the_file_says(server: LocalServer) -> None:
    names = Names(["127.0.0.98", "127.0.0.99"])
    provider = HttpProvider(url=f"http://shop.example:{server.port}/", max_retries=30)
    with pytest.raises(SteadyStateNotMet, match="refused"):
        request(provider, surrounded(), resolver=names)
    server.replies["/"] = Reply(hold=threading.Event())
    once = HttpProvider(url=server.url(), max_retries=5, timeout=0.1)
    with pytest.raises(SteadyStateNotMet, match="timed out"):
        request(once, surrounded())
    assert len(server.asked) == 1


def test_a_connection_that_is_not_made_in_time_is_no_steady_state(full: int) -> None:
    with pytest.raises(SteadyStateNotMet, match="timed out"):
        ask(f"http://127.0.0.1:{full}/", Names([]), timeout=0.1)
