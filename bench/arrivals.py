"""A page on this machine that notes when it was asked for what: the first thing an experiment's run does."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Arrivals:
    """The instants, as seconds since the epoch, at which each path was asked for."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._noted: dict[str, list[float]] = {}

    def note(self, path: str, instant: float) -> None:
        self._noted.setdefault(path, []).append(instant)

    def of(self, path: str) -> list[float]:
        """In the order of arrival, so far."""
        return list(self._noted.get(path, ()))


class _Page(ThreadingHTTPServer):
    daemon_threads = True
    arrivals: Arrivals


class _Visit(BaseHTTPRequestHandler):
    server: _Page

    def do_GET(self) -> None:
        self.server.arrivals.note(self.path, time.time())
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """A page that writes would be late for the next."""


@contextmanager
def arrivals() -> Iterator[Arrivals]:
    """The page, on a free port of the loopback."""
    with _Page(("127.0.0.1", 0), _Visit) as page:
        page.arrivals = Arrivals(f"http://127.0.0.1:{page.server_address[1]}")
        threading.Thread(target=page.serve_forever, name="arrivals", daemon=True).start()
        try:
            yield page.arrivals
        finally:
            page.shutdown()
