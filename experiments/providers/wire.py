"""The one place that speaks HTTP for activities, through urllib3; its exceptions end here.

Imported only when a request is made: urllib3 is not needed to check a file or to print help.
"""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias
from urllib.parse import unquote, urlsplit

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    InsecureRequestWarning,
    MaxRetryError,
    NewConnectionError,
    ProtocolError,
    ReadTimeoutError,
)

from experiments.failures import ActivityFailed, SteadyStateNotMet
from experiments.providers.connection import Sockets, connected
from experiments.providers.sentence import from_exception, one_line

#: Its lines for debugging show the query, where secrets may be.
logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)

#: A connection to a port, for so many seconds tried at each address.
Connect: TypeAlias = "Callable[[int, float], socket.socket]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request with every `${name}` replaced."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None = None
    timeout: tuple[float, float]  #: connect and read, seconds
    verify: bool = True
    retries: int = 0  #: of the connection only: a request that may have arrived is never sent twice

    @property
    def shown(self) -> str:
        """For sentences: without credentials and query, which may hold secrets."""
        parts = urlsplit(self.url)
        return f"{self.method} {parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    truncated: bool


def exchange(request: Request, addresses: Sequence[str], sockets: Sockets, body_limit: int) -> Answer:
    """Send it to the first address that listens and read the answer; redirects are not followed.

    Raises `ActivityFailed` with the cause. Whoever is asked and does not answer is not in its steady
    state, which is `SteadyStateNotMet`.
    """
    pool = _pool(request, partial(connected, addresses, sockets, request.retries))
    try:
        return _sent(pool, request, body_limit)
    except (HTTPError, OSError, ValueError) as wrong:
        cause = wrong.reason if isinstance(wrong, MaxRetryError) and wrong.reason else wrong
        failed = SteadyStateNotMet if _is_silence(cause) else ActivityFailed
        raise failed(f"{request.shown} failed: {_said(cause)}") from wrong
    finally:
        pool.close()
        sockets.close()


def _said(cause: Exception) -> str:
    """Without the names of the connection's class and address, which tell people nothing."""
    origin = cause.__cause__
    if isinstance(cause, NewConnectionError | ConnectTimeoutError) and isinstance(origin, OSError):
        return f"no connection: {one_line(origin.strerror or origin)}"
    return from_exception(cause)


def _is_silence(cause: Exception) -> bool:
    """Refused, broken off or too slow; a bad certificate is something else."""
    return isinstance(cause, ConnectTimeoutError | ReadTimeoutError | NewConnectionError | ProtocolError)


class _Pinned(HTTPConnection):
    """Knows the server by its name, and where it is from whoever made the connection."""

    def __init__(self, *args: Any, connect: Connect, **options: Any) -> None:
        super().__init__(*args, **options)
        self._connect = connect

    def _new_conn(self) -> socket.socket:
        return _opened(self, self._connect)


class _Encrypted(HTTPSConnection):
    def __init__(self, *args: Any, connect: Connect, **options: Any) -> None:
        plain: Any = super()
        plain.__init__(*args, **options)
        self._connect = connect

    def _new_conn(self) -> socket.socket:
        return _opened(self, self._connect)


def _opened(connection: HTTPConnection, connect: Connect) -> socket.socket:
    """Errors as urllib3 tells those apart that it may try again."""
    seconds = connection.timeout
    try:
        return connect(connection.port, seconds if isinstance(seconds, int | float) else 0.0)
    except TimeoutError as late:
        raise ConnectTimeoutError(connection, str(late)) from late
    except ConnectionAbortedError:
        raise
    except OSError as wrong:
        raise NewConnectionError(connection, f"failed to connect: {wrong}") from wrong


def _pool(request: Request, connect: Connect) -> urllib3.HTTPConnectionPool:
    parts = urlsplit(request.url)
    host = parts.hostname or ""
    if parts.scheme == "http":
        return _of(_Pinned, urllib3.HTTPConnectionPool(host, parts.port, connect=connect))
    if not request.verify:
        urllib3.disable_warnings(InsecureRequestWarning)  # the file asked for it, in so many words
    required = "CERT_REQUIRED" if request.verify else "CERT_NONE"
    encrypted = urllib3.HTTPSConnectionPool(host, parts.port, cert_reqs=required, connect=connect)
    return _of(_Encrypted, encrypted)


def _of(kind: type[HTTPConnection], pool: urllib3.HTTPConnectionPool) -> urllib3.HTTPConnectionPool:
    """A pool whose connections are of this kind."""
    open_to_it: Any = pool
    open_to_it.ConnectionCls = kind
    return pool


def _sent(pool: urllib3.HTTPConnectionPool, request: Request, body_limit: int) -> Answer:
    connect, read = request.timeout
    response = pool.urlopen(
        request.method,
        _target(request.url),
        body=request.body,
        headers=_with_credentials(request),
        redirect=False,
        timeout=urllib3.Timeout(connect=connect, read=read),
        retries=urllib3.Retry(0),
        preload_content=False,
    )
    body = response.read(body_limit + 1, decode_content=True)
    return Answer(
        status=response.status,
        headers=dict(response.headers),
        body=body[:body_limit],
        truncated=len(body) > body_limit,
    )


def _target(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"


def _with_credentials(request: Request) -> dict[str, str]:
    """`user:password@` of the URL, as a header."""
    credentials, at, _ = urlsplit(request.url).netloc.rpartition("@")
    basic = urllib3.make_headers(basic_auth=unquote(credentials)) if at else {}
    return {**basic, **request.headers}
