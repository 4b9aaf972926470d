"""One request to an API server and its answer, every failure translated here."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from experiments.kubernetes.errors import Unavailable, refusal
from experiments.kubernetes.objects import Object
from experiments.shapes import is_dict

#: Seconds to connect and to wait for an answer.
CONNECT, READ = 3.0, 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where the API server is, a pool of connections to it, and what to identify with."""

    url: str
    pool: Any  #: urllib3.PoolManager
    credentials: Callable[[], Mapping[str, str]]


def exchange(
    server: Server, method: str, asked: str, headers: Mapping[str, str], body: Object | None
) -> Object:
    """One request and its answer, or the error that it stands for."""
    import urllib3

    try:
        answer = server.pool.request(
            method,
            server.url + asked,
            body=None if body is None else json.dumps(body),
            headers={**headers, **server.credentials()},
            timeout=urllib3.Timeout(connect=CONNECT, read=READ),
            retries=False,
            redirect=False,
        )
    except (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError) as unheard:
        raise Unavailable(_silence(server, unheard), maybe_applied=False) from unheard
    except urllib3.exceptions.HTTPError as broken:
        raise Unavailable(_silence(server, broken), maybe_applied=method != "GET") from broken
    found = _parsed(answer.data)
    if answer.status >= 300:
        where = asked.partition("?")[0]
        raise refusal(answer.status, found, f"{method} {where}", answer.headers.get("Retry-After", ""))
    return found


def _silence(server: Server, why: Exception) -> str:
    return f"the API server at {server.url} does not answer: {type(why).__name__}"


def _parsed(data: bytes) -> Object:
    """JSON, or what a proxy or an old server says in plain text, as a message."""
    try:
        found: object = json.loads(data)
    except ValueError:
        return {"message": data.decode(errors="replace")[:200]}
    return found if is_dict(found) else {"message": str(found)[:200]}
