"""A page that answers until it is broken: the steady state of an HTTP experiment, on loopback."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self


class Page:
    """`GET /state` is 200 or 503; `POST /break` and `POST /mend` switch it; `asked` counts the GETs."""

    def __init__(self) -> None:
        page = self
        self.broken = False
        self.asked = 0

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                page.asked += 1
                self._answer(503 if page.broken else 200)

            def do_POST(self) -> None:
                page.broken = self.path == "/break"
                self._answer(200)

            def log_message(self, format: str, *args: object) -> None:
                """Silent."""

            def _answer(self, status: int) -> None:
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
