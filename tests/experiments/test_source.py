"""An experiment comes from a file or from a server, in bounded time, or it is one line why not."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from local_server import Asked, LocalServer, Reply
from tls_front import Certificates, TlsFront

from experiments.engine.stop import Interrupted, Stop
from experiments.format.document import SIZE_LIMIT, Document
from experiments.format.secret import Secret
from experiments.format.settings import Auth
from experiments.model import Json
from experiments.source import BEARER, read_source

CANARY = "c4nary-bearer"
TEXT = 'title: "käse"\ndescription: no\n'


@pytest.fixture
def server() -> Iterator[LocalServer]:
    with LocalServer() as server:
        yield server


def served(kind: str, body: bytes = TEXT.encode()) -> Reply:
    return Reply(headers={"content-type": kind} if kind else {}, body=body)


def line(source: str, **environment: str) -> str:
    problems = read_source(source, environment=environment, timeout=5.0)
    assert isinstance(problems, list)
    assert len(problems) == 1
    return str(problems[0])


def data(source: str, **environment: str) -> Json:
    document = read_source(source, environment=environment, timeout=5.0)
    assert isinstance(document, Document), document
    return document.data


@pytest.mark.parametrize("name", ["e.yaml", "e.yml", "e.experiment", "e"])
def test_a_file_is_yaml_as_chaos_toolkit_reads_it(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(TEXT)
    assert data(str(tmp_path / name)) == {"title": "käse", "description": False}


def test_a_json_file_is_json(tmp_path: Path) -> None:
    (tmp_path / "e.json").write_text(TEXT)
    assert line(str(tmp_path / "e.json")) == f"{tmp_path}/e.json:1:1: not JSON: expecting value"


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        ("application/json", b'{"title": "x"}', {"title": "x"}),
        ("application/json; charset=utf-8", b'{"title": "x"}', {"title": "x"}),
        ("application/x-yaml", TEXT.encode(), {"title": "käse", "description": False}),
        ("Text/YAML;charset=UTF-8", TEXT.encode(), {"title": "käse", "description": False}),
        ("text/plain", b'{"title": "\\ud83d\\ude00"}', {"title": "\U0001f600"}),
        ("text/plain", b'{"title": "x", "a": no}', {"title": "x", "a": False}),
        ("text/plain", b'{"title":\t"x"}', {"title": "x"}),
        ("text/plain", TEXT.encode(), {"title": "käse", "description": False}),
    ],
)
def test_a_server_says_what_it_sends(server: LocalServer, kind: str, body: bytes, expected: Json) -> None:
    server.replies["/e"] = served(kind, body)
    assert data(server.url("/e")) == expected


def test_a_problem_stands_at_its_line_of_the_url(server: LocalServer) -> None:
    server.replies["/e.json"] = served("application/json", b'{\n "title": x}')
    said = line(server.url("/e.json?key=secret"))
    assert said == f"{server.url('/e.json')}:2:11: not JSON: expecting value"


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(status=404, body=b"a page"), "the server answered 404 Not Found"),
        (Reply(status=500), "the server answered 500 Internal Server Error"),
        (Reply(status=299), "the server answered 299"),
        (
            Reply(status=401),
            f"the server answered 401 Unauthorized; check {BEARER}, or auths in the settings",
        ),
        (served("text/html", b"<html>"), "expected JSON or YAML, found text/html"),
        (served(""), "expected JSON or YAML, found no content type"),
        (served("text/yaml", b"\xff\xfe"), "not UTF-8 text; save the file as UTF-8"),
        (served("text/yaml", b""), "the file is empty"),
        (
            served("text/yaml", b"#" * (SIZE_LIMIT + 1)),
            f"larger than {SIZE_LIMIT} bytes; split it",
        ),
        (
            Reply(status=302, headers={"location": "https://elsewhere.example/e.yaml?token=x"}),
            "leads to another server, https://elsewhere.example/e.yaml; give that URL",
        ),
        (Reply(status=302, headers={"location": "/e"}), "redirected more than 5 times"),
        (Reply(status=302), "the server answered 302 Found"),
    ],
)
def test_an_answer_that_is_no_experiment_is_one_line(server: LocalServer, reply: Reply, said: str) -> None:
    server.replies["/e"] = reply
    assert line(server.url("/e")) == f"{server.url('/e')}:1:1: {said}"


def test_a_redirect_on_the_same_server_is_followed_with_the_token(server: LocalServer) -> None:
    server.replies["/e"] = Reply(status=301, headers={"location": "/moved/e.yaml"})
    server.replies["/moved/e.yaml"] = served("text/yaml", b"title:\n  x: [\n")
    assert line(server.url("/e"), **{BEARER: CANARY}).startswith(f"{server.url('/moved/e.yaml')}:2:")
    assert [each.headers["authorization"] for each in server.asked] == [f"bearer {CANARY}"] * 2


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("http://127.0.0.1:{closed}/e?q=1", "cannot be fetched: "),
        ("http://u:pw@127.0.0.1:{closed}/e", "cannot be fetched: "),
        ("ftp://host/e", "expected a file, or a URL like https://host/experiment.yaml"),
        ("http://", "expected a file, or a URL like https://host/experiment.yaml"),
        ("http://[::bad/e", "expected a file, or a URL like https://host/experiment.yaml"),
        ("http://127.0.0.1:99999/e", "expected a file, or a URL like https://host/experiment.yaml"),
        ("no-file.yaml", "cannot be read: No such file or directory"),
        ("no-\0file.yaml", "cannot be read: "),
        ("x" * 5000, "cannot be read: File name too long"),
    ],
)
def test_a_source_that_is_none_is_one_line(source: str, said: str) -> None:
    with LocalServer() as gone:
        closed = str(gone.port)
    told = line(source.replace("{closed}", closed), **{BEARER: CANARY})
    assert f":1:1: {said}" in told
    assert not any(secret in told for secret in (CANARY, "pw", "q=1"))


def test_a_server_that_keeps_one_waiting_is_left(server: LocalServer) -> None:
    server.replies["/e"] = Reply(hold=threading.Event())
    problems = read_source(server.url("/e"), environment={}, timeout=0.2)
    assert isinstance(problems, list)
    assert str(problems[0]).endswith(":1:1: cannot be fetched: it took longer than 0.2 s")


def test_a_stop_ends_the_fetching_at_once() -> None:
    stop = Stop()

    class Slow(LocalServer):
        def answer(self, asked: Asked) -> Reply:
            stop.request("told")
            return super().answer(asked)

    with Slow() as slow:
        slow.replies["/e"] = Reply(hold=threading.Event())
        with pytest.raises(Interrupted, match="told"):
            read_source(slow.url("/e"), environment={}, timeout=60.0, stop=stop)


def test_a_certificate_of_a_stranger_is_one_line_until_somebody_does_not_mind(
    server: LocalServer, tmp_path: Path
) -> None:
    server.replies["/e"] = served("text/yaml")
    with TlsFront(Certificates.made(tmp_path / "tls"), server.port) as front:
        url = f"https://127.0.0.1:{front.port}/e"
        assert f"{url}:1:1: cannot be fetched: SSLError: " in line(url)
        assert server.asked == []
        document = read_source(url, environment={}, verify_tls=False)
        assert isinstance(document, Document)
        assert document.file == url


@pytest.mark.parametrize(
    ("environment", "sent"),
    [
        ({}, "Digest from-settings"),
        ({BEARER: f"  {CANARY}\n"}, f"bearer {CANARY}"),
        ({BEARER: "  "}, "Digest from-settings"),
    ],
)
def test_the_token_of_the_environment_wins_over_the_settings(
    server: LocalServer, environment: dict[str, str], sent: str
) -> None:
    server.replies["/e"] = served("text/yaml")
    auths = {
        f"127.0.0.1:{server.port}": Auth(type="Digest", value=Secret("from-settings")),
        "127.0.0.1": Auth(type="Basic", value=Secret("of another port")),
    }
    read_source(server.url("/e"), environment=environment, auths=auths)
    assert server.asked[0].headers["authorization"] == sent


def test_a_server_without_settings_is_given_no_token(server: LocalServer) -> None:
    server.replies["/e"] = served("text/yaml")
    read_source(server.url("/e"), environment={}, auths={"127.0.0.1": Auth(type="Basic", value=Secret("x"))})
    assert "authorization" not in server.asked[0].headers


@pytest.mark.parametrize("token", [f"{CANARY}\nX-Injected: 1", f"{CANARY}é", f"{CANARY}\0"])
def test_a_token_that_no_header_can_carry_is_not_shown(server: LocalServer, token: str) -> None:
    said = line(server.url("/e"), **{BEARER: token})
    assert said.endswith(f"{BEARER}: expected printable ASCII, found something else")
    assert server.asked == []


@pytest.mark.parametrize("kind", ["application/octet-stream", "binary/octet-stream"])
def test_where_a_server_does_not_know_the_file_its_name_counts(server: LocalServer, kind: str) -> None:
    server.replies["/e.yaml"] = server.replies["/e"] = served(kind, b"title: t\n")
    read = read_source(server.url("/e.yaml?version=2"), environment={})
    assert isinstance(read, Document)
    assert read.data == {"title": "t"}
    assert line(server.url("/e")).endswith(f"expected JSON or YAML, found {kind}")
