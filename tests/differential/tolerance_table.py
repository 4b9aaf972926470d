"""Tolerances as files have them, and answers as probes give them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from http import HTTPStatus
from typing import Any
from uuid import UUID

CONFIGURATION: dict[str, Any] = {
    "number": 200,
    "word": "ok",
    "low": 1,
    "high": 3,
    "digits": "3",
    "flag": True,
    "path": "$.items[*]",
    "several": ["Running", "Pending"],
    "phase": "Running",
    "field": "body",
}
SECRETS: dict[str, dict[str, Any]] = {"group": {"token": "s3cr3t", "word": "shadowed"}}


def judging(func: str, **arguments: Any) -> dict[str, Any]:
    provider = {"type": "python", "module": "differential.judges", "func": func, "arguments": arguments}
    return {"type": "probe", "name": func, "provider": provider}


def _without_arguments() -> dict[str, Any]:
    provider = {"type": "python", "module": "differential.judges", "func": "accepts"}
    return {"type": "probe", "name": "accepts", "provider": provider}


def _regex(pattern: Any, **more: Any) -> dict[str, Any]:
    return {"type": "regex", "pattern": pattern, **more}


def _range(low: Any, high: Any, **more: Any) -> dict[str, Any]:
    return {"type": "range", "range": [low, high], **more}


def _path(path: Any, **more: Any) -> dict[str, Any]:
    return {"type": "jsonpath", "path": path, **more}


RUNNING = '$.items[*][?(@.status.phase="Running")].metadata.name'

TOLERANCES: list[Any] = [
    *(True, False, 0, 1, 3, 200, 404, -1),
    *(0.5, 1.0, 200.0),
    *("", "ok", "200", "true", "Running", '"quoted"', "${word}", "${number}", "${flag}", "${several}"),
    *("an ${word} b", "${unknown}", "$word", "$$", "${token}", "$"),
    *([], [200], [200, 204], [200, 404], [1, 3], [3, 1], [0.5, 2.5], [200, 204, 301], [1, 2, 3], [None]),
    *(
        ["ok"],
        ["ok", "OK"],
        ["A", "z"],
        ["Running", "Succeeded"],
        ["a", "b", "ok"],
        [True, False],
        [False, True],
    ),
    *(
        [None, 1],
        ["a", 1],
        [1, "a"],
        [[1], [3]],
        ["200", "204"],
        ["${word}", "b", "c"],
        ["${low}", "${high}"],
    ),
    *(
        _regex("ok"),
        _regex("^ok$"),
        _regex("[0-9]+"),
        _regex(""),
        _regex("${word}"),
        _regex("^${unknown}"),
        _regex("^$"),
    ),
    *(
        _regex("ok", target="body"),
        _regex("^4", target="stdout"),
        _regex("boom", target="stderr"),
        _regex("x", target=""),
    ),
    *(_regex("("), _regex(None), _regex("${number}"), _regex("0$|k$"), _regex("ok", target="${field}")),
    *(
        _range(1, 3),
        _range(0.5, 2.5),
        _range(3, 1),
        _range(0, 1000),
        _range(1, 3, target="body"),
        _range(-1, 1),
    ),
    *(_range(40, 50, target="stdout"), _range(0, 0, target="status"), _range(0.1, 0.3), _range("1", "3")),
    *(_range("low", 3), _range("${low}", "${high}"), _range(None, 1), _range(1, 3, target="nowhere")),
    *(
        _path("$"),
        _path("$.items[*]"),
        _path("$.items[*]", count=2),
        _path("$.items[*]", count=0),
        _path("$.*"),
    ),
    *(
        _path("$.a"),
        _path("$.a", expect=1),
        _path("$.a", expect=[1]),
        _path("$.a", expect=[]),
        _path("$.a", expect=None),
    ),
    *(
        _path("$[*]"),
        _path("$[0]"),
        _path("$.a", target="body"),
        _path("$.a", target="stdout"),
        _path("$[length()]"),
    ),
    *(
        _path(RUNNING),
        _path(RUNNING, count=1),
        _path(RUNNING, expect="web-1"),
        _path(RUNNING, expect=["web-1"], count=9),
    ),
    *(
        _path("$.items[*].status.phase", expect="${several}"),
        _path("$.items[*].status.phase", expect=["${phase}", "Pending"]),
    ),
    *(
        _path("$.items[length()]", expect=2),
        _path("${path}"),
        _path('$.items[*][?(@.status.phase="${phase}")]', count=1),
    ),
    *(
        _path("$.status", expect=200),
        _path("$.body.items[1:].metadata.name"),
        _path("$..phase", count=2),
        _path("$..phase"),
    ),
    *(_path("$.items[*]", count="${high}"), _path("$.items[*]", count=True), _path("$.items[*]", count="2")),
    *(_path("$.items["), _path(" $.a "), _path("${number}"), _path(None), _path("$.a", target="${field}")),
    *(
        _path("$.items[*].metadata[?(@.labels)].name"),
        _path("$.items[?(@.metadata)]"),
        _path("$.nowhere", count=0),
    ),
    {"type": "jsonpath-rfc9535", "path": "$.items[?@.status.phase=='Running'].metadata.name"},
    {"type": "jsonpath-rfc9535", "path": "$.a", "target": "body"},
    *(judging("accepts"), judging("says"), judging("says", word="yes"), judging("says", word="${word}")),
    *(judging("is_at_least", least=2), judging("is_at_least", least="${low}"), _without_arguments()),
]

PODS = {
    "kind": "PodList",
    "items": [
        {"metadata": {"name": "web-1", "labels": {"app": "web"}}, "status": {"phase": "Running"}},
        {"metadata": {"name": "web-2"}, "status": {"phase": "Pending"}},
    ],
}
PODS_AS_TEXT = (
    '{"items": [{"metadata": {"name": "web-1"}, "status": {"phase": "Running"}},'
    ' {"metadata": {"name": "web-2"}, "status": {"phase": "Pending"}}]}'
)


def _http(status: Any, body: Any) -> dict[str, Any]:
    return {"status": status, "headers": {"Content-Type": "text/plain", "Server": "x"}, "body": body}


def _process(status: Any, stdout: str, stderr: str = "") -> dict[str, Any]:
    return {"status": status, "stdout": stdout, "stderr": stderr}


VALUES: list[Any] = [
    *(
        _http(200, "ok"),
        _http(200, {"a": 1}),
        _http(200, PODS),
        _http(200, '{"a": 2}'),
        _http(404, ""),
        _http(503, "2"),
    ),
    *(_http(204, None), _http("200", [1, 2]), _http(301, b"ok"), _http(HTTPStatus.OK, "many"), _http(200, 2)),
    *(
        _process(0, "ok\n"),
        _process(1, "", "boom"),
        _process(0, "42"),
        _process(200, '{"a": 1}'),
        _process(-9, "2.5\n"),
    ),
    *(0, 1, 2, 3, 4, 200, -1, 10**20, True, False, None),
    *(
        0.5,
        1.0,
        2.5,
        200.0,
        0.3,
        float("nan"),
        float("inf"),
        Decimal("0.5"),
        Decimal("2"),
        Decimal("0.3"),
        Decimal("NaN"),
    ),
    *(date(2026, 11, 23), datetime(2026, 11, 23, 12, tzinfo=UTC), UUID(int=1)),
    *(b"ok", b"2", b'{"a": 1}', b"\xff", b""),
    *(
        "",
        "ok",
        "OK",
        "an ok b",
        "200",
        "2",
        "2.5",
        " 3 ",
        "1_0",
        "many",
        "NaN",
        "Infinity",
        "true",
        "$",
        "s3cr3t",
    ),
    *(
        "Running",
        "Scheduled",
        "Succeeded",
        PODS_AS_TEXT,
        '{"a": 1}',
        "[1, 2]",
        '"quoted"',
        "{broken",
        "b",
        "c",
    ),
    *(
        [],
        [1],
        [2],
        [1, 2],
        ["a"],
        ["ok"],
        [None],
        [1, "a"],
        [[1]],
        PODS["items"],
        [PODS],
        (1, 2),
        {1, 2},
        frozenset("a"),
    ),
    *(
        {},
        {"a": 1},
        {"a": [1]},
        {"a": None},
        {"code": 2},
        {"items": []},
        {"items": [1, 2]},
        {"items": "two"},
        PODS,
    ),
    *(
        {"status": None},
        {"status": [200]},
        {"status": {"phase": "Running"}},
        {"status": True},
        {1: 2},
        {"body": PODS},
    ),
    *({"body": "2"}, {"body": ["ok"]}, {"nowhere": 2}, {"a": {"b": {"c": [{"phase": "x"}]}}}),
]
