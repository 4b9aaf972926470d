"""An HTTP activity over a real socket: any answer is an answer, everything else one sentence."""

from __future__ import annotations

import json
import logging
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from local_server import LocalServer, Reply
from surrounded import surrounded
from waiting import eventually

from experiments.engine.stop import Interrupted, Stop
from experiments.failures import ActivityFailed, SteadyStateNotMet
from experiments.model import HttpProvider, Json
from experiments.policy import Policy
from experiments.providers.http import BODY_LIMIT, request
from experiments.providers.redirects import REDIRECTS

JSON = "application/json"


@pytest.fixture
def server() -> Iterator[LocalServer]:
    with LocalServer() as server:
        yield server


def ask(server: LocalServer, path: str = "/", **more: Any) -> dict[str, Json]:
    return request(HttpProvider(url=server.url(path), **more), surrounded())


@pytest.mark.parametrize(
    ("kind", "sent", "body"),
    [
        (JSON, b'{"a": [1]}', {"a": [1]}),
        ("application/json; charset=utf-8", b"[true]", [True]),
        ("Application/Problem+JSON", b'{"title": "no"}', {"title": "no"}),
        (JSON, b"{broken", "{broken"),
        (JSON, b"", ""),
        ("text/plain", b'{"a": 1}', '{"a": 1}'),
        ("text/plain; charset=latin-1", "ñ".encode("latin-1"), "ñ"),
        ("text/plain; charset=klingon", "ñ".encode(), "ñ"),
        ("application/octet-stream", b"\xff\x00", "\ufffd\x00"),
    ],
)
def test_a_body_is_data_when_the_answer_says_json_and_text_else(
    server: LocalServer, kind: str, sent: bytes, body: Json
) -> None:
    server.replies["/"] = Reply(headers={"Content-Type": kind}, body=sent)
    answer = ask(server)
    assert (answer["status"], answer["body"]) == (200, body)
    json.dumps(answer)


@pytest.mark.parametrize("status", [204, 304, 400, 404, 500, 503])
def test_every_status_is_an_answer(server: LocalServer, status: int) -> None:
    server.replies["/"] = Reply(status=status, headers={"X-Why": "because"})
    answer = ask(server)
    assert answer["status"] == status
    assert isinstance(answer["headers"], dict)
    assert answer["headers"]["X-Why"] == "because"


@pytest.mark.parametrize(
    ("provider", "path", "kind", "body"),
    [
        ({"arguments": {"q": "a b", "n": 1}}, "/?q=a+b&n=1", None, b""),
        ({"arguments": None}, "/", None, b""),
        (
            {"method": "post", "arguments": {"q": "a b"}},
            "/",
            "application/x-www-form-urlencoded",
            b"q=a+b",
        ),
        (
            {"method": "POST", "headers": {"Content-Type": JSON}, "arguments": {"q": [1]}},
            "/",
            JSON,
            b'{"q": [1]}',
        ),
        (
            {"method": "POST", "headers": {"Content-Type": JSON}, "arguments": [1, {"q": 2}]},
            "/",
            JSON,
            b'[1, {"q": 2}]',
        ),
        (
            {"method": "PUT", "headers": {"Content-Type": "text/plain"}, "arguments": "as it is"},
            "/",
            "text/plain",
            b"as it is",
        ),
        ({"arguments": "q=a+b"}, "/?q=a+b", None, b""),
        ({"method": "DELETE"}, "/", None, b""),
    ],
)
def test_arguments_go_where_the_method_has_them(
    server: LocalServer, provider: dict[str, Any], path: str, kind: str | None, body: bytes
) -> None:
    ask(server, **provider)
    (asked,) = server.asked
    assert asked.method == provider.get("method", "GET").upper()
    assert (asked.path, asked.headers.get("content-type"), asked.body) == (path, kind, body)


def test_url_headers_and_arguments_are_substituted(server: LocalServer) -> None:
    around = surrounded(names={"host": server.url("/x"), "token": "t0ken", "n": 3})
    provider = HttpProvider(
        url="${host}", headers={"Authorization": "Bearer ${token}"}, arguments={"n": "${n}"}
    )
    request(provider, around)
    assert (server.asked[0].path, server.asked[0].headers["authorization"]) == ("/x?n=3", "Bearer t0ken")


def test_credentials_in_the_url_become_a_header_and_are_never_shown(server: LocalServer) -> None:
    request(HttpProvider(url=server.url("/x").replace("//", "//ann:s3cret@")), surrounded())
    assert server.asked[0].headers["authorization"].startswith("Basic ")
    with pytest.raises(ActivityFailed) as failed:
        request(HttpProvider(url="http://ann:s3cret@127.0.0.1:1/x?key=s3cret"), surrounded())
    assert "s3cret" not in str(failed.value)


def test_no_log_shows_a_query_or_a_header(server: LocalServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    provider = HttpProvider(url=server.url("/x?key=s3cret"), headers={"Authorization": "Bearer s3cret"})
    assert request(provider, surrounded())["status"] == 404
    with pytest.raises(SteadyStateNotMet):
        request(HttpProvider(url=f"http://127.0.0.1:{free_port()}/x?key=s3cret", max_retries=2), surrounded())
    assert "s3cret" not in caplog.text


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("ftp://example.com/", "expected a URL with http:// or https:// and a host"),
        ("http://", "expected a URL"),
        ("${nobody}", "expected a URL"),
        ("http://[::1", "expected a URL"),
        ("http://localhost:99999/", "expected a URL"),
        ("http://nowhere.invalid/", "nowhere.invalid"),
    ],
)
def test_a_url_that_cannot_be_asked_is_one_sentence(url: str, words: str) -> None:
    with pytest.raises(ActivityFailed, match=words.replace("[", r"\[")) as failed:
        request(HttpProvider(url=url, timeout=2), surrounded())
    assert "\n" not in str(failed.value)
    assert not isinstance(failed.value, SteadyStateNotMet)


def test_a_refused_connection_is_one_sentence_with_the_address() -> None:
    port = free_port()
    with pytest.raises(SteadyStateNotMet, match=f"GET http://127.0.0.1:{port}/x failed: .*refused"):
        request(HttpProvider(url=f"http://127.0.0.1:{port}/x?secret=1"), surrounded())


def test_an_answer_that_does_not_come_is_no_steady_state_after_the_time_out(server: LocalServer) -> None:
    server.replies["/"] = Reply(hold=threading.Event())
    with pytest.raises(SteadyStateNotMet, match=r"[Tt]imed out"):
        ask(server, timeout=[1, 0.1])


@pytest.mark.parametrize("timeout", ["soon", [1], [1, "x"], {"connect": 1}, True, 0, -1])
def test_a_wrong_time_out_is_a_failure_before_anything_is_sent(server: LocalServer, timeout: Json) -> None:
    with pytest.raises(ActivityFailed, match="timeout: expected seconds"):
        ask(server, timeout=timeout)
    assert server.asked == []


def test_a_time_out_may_come_from_the_environment_as_text(server: LocalServer) -> None:
    request(HttpProvider(url=server.url(), timeout="${t}"), surrounded(names={"t": "2.5"}))
    assert len(server.asked) == 1


def test_a_redirect_on_the_same_host_is_followed(server: LocalServer) -> None:
    server.replies = {"/": Reply(status=302, headers={"Location": "/there"}), "/there": Reply(body=b"here")}
    assert ask(server)["body"] == "here"


@pytest.mark.parametrize(
    "elsewhere", ["http://localhost:{port}/", "http://127.0.0.1:{other}/", "//[", "ftp:"]
)
def test_a_redirect_to_another_server_is_an_answer_and_not_followed(
    server: LocalServer, elsewhere: str
) -> None:
    with LocalServer() as other:
        there = elsewhere.format(port=server.port, other=other.port)
        server.replies["/x"] = Reply(status=302, headers={"Location": there})
        assert ask(server, "/x", headers={"Authorization": "Bearer s3cret"})["status"] == 302
        assert ([each.path for each in server.asked], other.asked) == (["/x"], [])


def test_what_was_posted_is_never_posted_again(server: LocalServer) -> None:
    server.replies["/"] = Reply(status=307, headers={"Location": "/again"})
    assert ask(server, method="POST", arguments={"pay": 1})["status"] == 307
    assert len(server.asked) == 1


def test_a_circle_of_redirects_ends(server: LocalServer) -> None:
    server.replies = {
        "/": Reply(status=302, headers={"Location": "/b"}),
        "/b": Reply(status=302, headers={"Location": "/"}),
    }
    with pytest.raises(ActivityFailed, match=f"redirected more than {REDIRECTS} times"):
        ask(server)


def test_a_long_body_is_cut_and_the_answer_says_so(server: LocalServer) -> None:
    server.replies["/"] = Reply(body=b"x" * (BODY_LIMIT + 10))
    answer = ask(server)
    assert answer["truncated"] is True
    assert len(str(answer["body"])) == BODY_LIMIT


def test_the_policy_is_asked_about_what_substitution_made_of_the_url(server: LocalServer) -> None:
    around = surrounded(policy=Policy(http_hosts=("*.shop.example",)), names={"url": server.url()})
    with pytest.raises(ActivityFailed, match=r"does not allow the address 127.0.0.1 \(loopback\)"):
        request(HttpProvider(url="${url}"), around)
    assert server.asked == []


def test_a_stop_from_another_thread_ends_a_request_at_once(server: LocalServer) -> None:
    server.replies["/"] = Reply(hold=threading.Event())
    stop = Stop()
    ended: list[str] = []

    def asking() -> None:
        try:
            request(HttpProvider(url=server.url()), surrounded(stop=stop))
        except Interrupted as stopped:
            ended.append(str(stopped))

    thread = threading.Thread(target=asking)
    thread.start()
    eventually(lambda: server.asked, what="the request to arrive")
    stop.request("halted by ann")
    thread.join(5)
    assert ended == ["halted by ann"]


def test_a_stop_while_a_body_comes_in_is_no_short_answer(server: LocalServer) -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    stop = Stop()

    def half() -> None:
        line, _ = listening.accept()
        line.recv(1024)
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        stop.request("halted")
        line.recv(1024)
        line.close()

    thread = threading.Thread(target=half)
    thread.start()
    with pytest.raises(Interrupted), listening:
        request(HttpProvider(url=f"http://127.0.0.1:{listening.getsockname()[1]}/"), surrounded(stop=stop))
    thread.join(5)
