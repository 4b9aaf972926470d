"""The one place that speaks HTTP for activities, through urllib3; its exceptions end here.

Imported only when a request is made: urllib3 is not needed to check a file or to print help.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    InsecureRequestWarning,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
    ReadTimeoutError,
)

from experiments.failures import ActivityFailed, SteadyStateNotMet
from experiments.providers.sentence import from_exception


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


class Sockets:
    """The sockets of one request, to be shut from outside while it waits."""

    def __init__(self) -> None:
        self._open: list[socket.socket] = []

    def add(self, opened: socket.socket) -> None:
        self._open.append(opened)

    def shut(self) -> None:
        """Wake up whoever reads or writes; safe in a signal handler."""
        for each in self._open:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


def exchange(request: Request, sockets: Sockets, body_limit: int) -> Answer:
    """Send it and read the answer, redirects not followed; raises `ActivityFailed` with the cause.

    Whoever is asked and does not answer is not in its steady state, which is `SteadyStateNotMet`.
    """
    pool = _pool(request, sockets.add)
    try:
        return _sent(pool, request, body_limit)
    except (HTTPError, OSError, ValueError) as wrong:
        cause = wrong.reason if isinstance(wrong, MaxRetryError) and wrong.reason else wrong
        failed = SteadyStateNotMet if _is_silence(cause) else ActivityFailed
        raise failed(f"{request.shown} failed: {from_exception(cause)}") from wrong
    finally:
        pool.close()


def _is_silence(cause: Exception) -> bool:
    """Refused, broken off or too slow; a name that does not exist or a bad certificate is something else."""
    if isinstance(cause, NameResolutionError):
        return False
    return isinstance(cause, ConnectTimeoutError | ReadTimeoutError | NewConnectionError | ProtocolError)


class _Plain(HTTPConnection):
    def __init__(self, *args: Any, opened: Callable[[socket.socket], None], **options: Any) -> None:
        super().__init__(*args, **options)
        self._opened = opened

    def connect(self) -> None:
        super().connect()
        self._opened(self.sock)


class _Encrypted(HTTPSConnection):
    def __init__(self, *args: Any, opened: Callable[[socket.socket], None], **options: Any) -> None:
        super().__init__(*args, **options)
        self._opened = opened

    def connect(self) -> None:
        super().connect()
        if self.sock is not None:
            self._opened(self.sock)


def _pool(request: Request, opened: Callable[[socket.socket], None]) -> urllib3.HTTPConnectionPool:
    parts = urlsplit(request.url)
    host = parts.hostname or ""
    if parts.scheme == "http":
        plain = urllib3.HTTPConnectionPool(host, parts.port, opened=opened)
        plain.ConnectionCls = _Plain
        return plain
    if not request.verify:
        urllib3.disable_warnings(InsecureRequestWarning)  # the file asked for it, in so many words
    required = "CERT_REQUIRED" if request.verify else "CERT_NONE"
    encrypted = urllib3.HTTPSConnectionPool(host, parts.port, cert_reqs=required, opened=opened)
    encrypted.ConnectionCls = _Encrypted
    return encrypted


def _sent(pool: urllib3.HTTPConnectionPool, request: Request, body_limit: int) -> Answer:
    connect, read = request.timeout
    response = pool.urlopen(
        request.method,
        _target(request.url),
        body=request.body,
        headers=_with_credentials(request),
        redirect=False,
        timeout=urllib3.Timeout(connect=connect, read=read),
        retries=urllib3.Retry(connect=request.retries, read=0, redirect=0, status=0, other=0),
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
    basic = urllib3.make_headers(basic_auth=credentials) if at else {}
    return {**basic, **request.headers}
