"""What is sent, and what is made of the answer, beside Chaos Toolkit on one server and one machine.

Whatever differs stands in a table with its reason; an entry that differs no longer fails too.
"""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from chaoslib.provider.http import run_http_activity
from chaoslib.provider.process import run_process_activity
from local_server import LocalServer, Reply
from surrounded import surrounded

from experiments.failures import ActivityFailed
from experiments.model import HttpProvider, ProcessProvider
from experiments.providers.http import request
from experiments.providers.process import execute

JSON = {"Content-Type": "application/json"}
MANY = {"q": "a b&=ü", "n": 1, "t": True, "l": [1, 2], "none": None, "d": {"x": 1}}

SENT: Mapping[str, dict[str, Any]] = {
    "get": {},
    "get with arguments": {"arguments": MANY},
    "get with arguments behind a query": {"url": "/p?x=1", "arguments": {"q": "1"}},
    "get with arguments behind an empty query": {"url": "/p?", "arguments": {"q": "1"}},
    "get with arguments before a fragment": {"url": "/p?x=1#f", "arguments": {"q": "1"}},
    "get with text": {"arguments": "raw=1&b=c d"},
    "get with pairs": {"arguments": [["a", 1], ["b", [2, 3]]]},
    "get with the header of JSON": {"headers": JSON, "arguments": {"q": 1}},
    "get in lower case": {"method": "get"},
    "a path with spaces": {"url": "/a b/ü?q=ü x"},
    "a path that is quoted": {"url": "/a%20b"},
    "no path": {"url": ""},
    "a query without a path": {"url": "?x=1"},
    "a path with dots": {"url": "/a/../b"},
    "post a form": {"method": "POST", "arguments": MANY},
    "post nothing": {"method": "POST"},
    "post an empty form": {"method": "POST", "arguments": {}},
    "post pairs": {"method": "POST", "arguments": [["a", 1], ["b", 2]]},
    "post text": {"method": "POST", "arguments": "raw text ü"},
    "post XML": {"method": "POST", "headers": {"Content-Type": "application/xml"}, "arguments": "<a/>"},
    "post JSON": {"method": "POST", "headers": JSON, "arguments": {"q": [1, None, {"a": "ü"}], "f": 1.5}},
    "post an empty JSON object": {"method": "POST", "headers": JSON, "arguments": {}},
    "post a JSON list": {"method": "POST", "headers": JSON, "arguments": [1, 2]},
    "post JSON text": {"method": "POST", "headers": JSON, "arguments": "hello"},
    "post JSON, the header in lower case": {
        "method": "POST",
        "headers": {"content-type": "application/json"},
        "arguments": {"q": 1},
    },
    "post JSON with a charset": {
        "method": "POST",
        "headers": {"Content-Type": "application/json; charset=utf-8"},
        "arguments": {"q": 1},
    },
    "put": {"method": "PUT", "arguments": {"a": 1}},
    "patch": {"method": "PATCH", "headers": JSON, "arguments": {"a": 1}},
    "delete": {"method": "DELETE"},
    "delete with arguments": {"method": "DELETE", "arguments": {"a": 1}},
    "head": {"method": "HEAD"},
    "options": {"method": "OPTIONS"},
    "dollars": {"arguments": {"price": "$$5", "name": "${nobody}"}},
    "a time-out": {"timeout": 2},
    "two time-outs": {"timeout": [1, 2.5]},
    "tries": {"max_retries": 3},
}
SENT_DIFFERS: Mapping[str, str] = {
    "post JSON, the header in lower case": "the header says JSON, so JSON is sent",
    "post JSON with a charset": "the header says JSON, so JSON is sent",
    "a path with dots": "the path is sent as it is written; a server that resolves it finds the same page",
    "delete": "no length of a body that there is none of",
    "options": "no length of a body that there is none of",
}


@pytest.mark.parametrize("name", SENT)
def test_a_request_arrives_as_chaos_toolkit_sends_it(name: str) -> None:
    with LocalServer() as server:
        provider = {**SENT[name], "url": server.url(SENT[name].get("url", "/"))}
        run_http_activity({"name": "x", "tolerance": 1, "provider": {"type": "http", **provider}}, {}, {})
        request(HttpProvider(**provider), surrounded())
        theirs, ours = (
            (
                each.method,
                each.path,
                each.body,
                each.headers.get("content-type"),
                each.headers.get("content-length"),
            )
            for each in server.asked
        )
    assert (theirs == ours) is (name not in SENT_DIFFERS), (theirs, ours)


def reply(
    body: bytes = b"", kind: str = "", status: int = 200, headers: Mapping[str, str] | None = None
) -> Reply:
    kinds = {"Content-Type": kind} if kind else {}
    return Reply(status=status, headers={**kinds, **(headers or {})}, body=body)


def away(status: int, where: str = "/there") -> Reply:
    return reply(status=status, headers={"Location": where})


POST = {"method": "POST", "arguments": {"a": 1}}
#: What is asked, and what the server answers.
ANSWERED: Mapping[str, tuple[dict[str, Any], Reply]] = {
    "JSON": ({}, reply(b'{"a": [1, 2.5, null]}', "application/json")),
    "JSON with a charset": ({}, reply(b'{"a": 1}', "application/json; charset=utf-8")),
    "JSON of a dialect": ({}, reply(b'{"a": 1}', "application/problem+json")),
    "JSON that is broken": ({}, reply(b"{a", "application/json")),
    "JSON that is empty": ({}, reply(b"", "application/json")),
    "JSON with a mark": ({}, reply(b"\xef\xbb\xbf[1]", "application/json")),
    "JSON for HEAD": ({"method": "HEAD"}, reply(b"", "application/json")),
    "JSON that is packed": (
        {},
        reply(gzip.compress(b'{"a": 1}'), "application/json", headers={"Content-Encoding": "gzip"}),
    ),
    "text": ({}, reply(b"hello", "text/plain")),
    "text in UTF-8": ({}, reply("ü".encode(), "text/plain; charset=utf-8")),
    "text in Latin-1": ({}, reply("ü".encode("latin-1"), "text/plain; charset=iso-8859-1")),
    "text in UTF-8 that does not say so": ({}, reply("ü".encode(), "text/html")),
    "nothing said": ({}, reply("ü".encode())),
    "nothing said about Latin-1": ({}, reply("Größe über alles".encode("latin-1"))),
    "XML": ({}, reply(b"<a/>", "application/xml")),
    "no content": ({}, reply(status=204)),
    "not changed": ({}, reply(status=304)),
    "not found": ({}, reply(b"no", status=404)),
    "an error": ({}, reply(b"no", status=500)),
    "an error in JSON": ({}, reply(b'{"e": 1}', "application/json", status=503)),
    "moved": ({}, away(301)),
    "found": ({}, away(302)),
    "found in the same folder": ({}, away(302, "there")),
    "found with a query": ({}, away(302, "/there?x=1")),
    "found nowhere": ({}, reply(status=302)),
    "found for HEAD": ({"method": "HEAD"}, away(302)),
    "elsewhere for now": ({}, away(307)),
    "one of many": ({}, away(300)),
    "found behind a form": (POST, away(302)),
    "see what became of the form": (POST, away(303)),
    "found behind what was deleted": ({"method": "DELETE"}, away(302)),
    "send the form there": (POST, away(307)),
    "a circle": ({}, away(302, "/")),
}
ANSWERED_DIFFERS: Mapping[str, str] = {
    "JSON with a charset": "it says JSON, so it is data",
    "JSON of a dialect": "it says JSON, so it is data",
    "JSON that is broken": "text instead of a traceback",
    "JSON that is empty": "text instead of a traceback",
    "JSON with a mark": "data instead of a traceback",
    "JSON for HEAD": "text instead of a traceback",
    "text in UTF-8 that does not say so": "UTF-8, as everybody writes it, instead of Latin-1",
    "nothing said about Latin-1": "never guessed: what is not UTF-8 and does not say so is marked",
    "send the form there": "what was posted is never posted again",
    "a circle": "a failure of the activity instead of a traceback",
}


def outcome(ask: Callable[[], Mapping[str, Any]]) -> object:
    """The answer without what only names the server, or the name of what was raised."""
    try:
        answer = ask()
    except (ActivityFailed, OSError, TypeError, ValueError) as failed:
        return type(failed).__name__
    headers = answer.get("headers", {})
    return {**answer, "headers": {key: headers[key] for key in set(headers) - {"Date", "Server"}}}


@pytest.mark.parametrize("name", ANSWERED)
def test_an_answer_means_what_it_means_to_chaos_toolkit(name: str) -> None:
    asked, answer = ANSWERED[name]
    with LocalServer() as server:
        server.replies = {"/": answer, "/there": Reply(body=b"there")}
        provider = {**asked, "url": server.url()}
        activity = {"name": "x", "tolerance": 1, "provider": {"type": "http", **provider}}
        theirs = outcome(lambda: run_http_activity(activity, {}, {}))
        ours = outcome(lambda: request(HttpProvider(**provider), surrounded()))
    assert (theirs == ours) is (name not in ANSWERED_DIFFERS), (theirs, ours)


PROGRAMS: Mapping[str, tuple[str, Any]] = {
    "a list": ("echo", ["a b", 1, None, "", True, 1.5, False, 0]),
    "a list in a list": ("echo", [["a"], {"b": 1}]),
    "a mapping": ("echo", {"--a": "x", "--b": 2, "-c": None, "-d": ""}),
    "a text": ("echo", "a 'b c' \"d\""),
    "an empty text": ("echo", ""),
    "a text with its own shell": ("sh", "-c 'echo x 1>&2; exit 3'"),
    "a text with a pipe": ("echo", "a | tr a b"),
    "a text with a variable": ("echo", "$HOME"),
    "a text with a pattern": ("echo", "/et*"),
    "two outputs and a status": ("sh", ["-c", "echo o; echo e >&2; exit 7"]),
    "a signal": ("sh", ["-c", "kill -9 $$"]),
    "a path in the home": ("~/../bin/echo", ["x"]),
    "UTF-8": ("printf", ["\\303\\274"]),
    "Latin-1": ("printf", ["Gr\\366\\337e \\374ber alles"]),
    "no character": ("printf", ["a\\0b"]),
    "a line of Windows": ("printf", ["a\\r\\n"]),
    "a program that is not there": ("no-such-program", []),
}
PROGRAMS_DIFFER: Mapping[str, str] = {
    "a text with a pipe": "no shell ever sees the words",
    "a text with a variable": "no shell ever sees the words",
    "a text with a pattern": "no shell ever sees the words",
    "Latin-1": "never guessed: what is not UTF-8 is marked",
    "a program that is not there": "a sentence instead of a traceback",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_is_started_and_heard_as_by_chaos_toolkit(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/usr")
    path, arguments = PROGRAMS[name]
    provider = {"type": "process", "path": path, "arguments": arguments}

    around = surrounded(environment=dict(os.environ))
    theirs = outcome(
        lambda: run_process_activity({"name": "x", "tolerance": 1, "provider": provider}, {}, {})
    )
    ours = outcome(lambda: execute(ProcessProvider(path=path, arguments=arguments), around))
    assert (theirs == ours) is (name not in PROGRAMS_DIFFER), (theirs, ours)
