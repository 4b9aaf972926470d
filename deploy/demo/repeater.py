"""The demo repeater: asks the URL in the query parameter `addr` and hands on its answer; headers both ways.

It asks once. Whether a failed request is tried again is the mesh's to decide.
"""

from __future__ import annotations

import argparse
import logging
import signal
import sys
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import SplitResult, parse_qs, urlsplit

Headers = list[tuple[str, str]]
Reply = tuple[int, Headers, bytes]

#: Of one connection, or made anew for the next one.
NOT_HANDED_ON = frozenset(
    {
        *("connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"),
        *("proxy-authenticate", "proxy-authorization", "content-length", "date", "host", "server"),
    }
)


def main() -> None:
    """Serve for ever."""
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: sys.exit(0))
    logging.basicConfig(
        stream=sys.stdout, level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S"
    )
    options = _options()
    repeater = Repeater(options.hosts, options.timeout)
    with Server((options.host, options.port), _handler(repeater.answer)) as server:
        logging.info("serves on port %d", server.server_address[1])
        server.serve_forever()


class Repeater:
    """Asks only the hosts it was given: who may reach it must not reach everything that it reaches."""

    def __init__(self, hosts: Collection[str], timeout: float) -> None:
        self._hosts = frozenset(hosts)
        self._timeout = timeout

    def answer(self, path: str, headers: Iterable[tuple[str, str]]) -> Reply:
        """What the URL answered, or why it was not asked."""
        addr = parse_qs(urlsplit(path).query).get("addr", [""])[0]
        parts = _parts(addr)
        if parts is None:
            return _sentence(400, f"addr: expected a URL with http:// and a host, got {addr!r}")
        if parts.hostname not in self._hosts:
            return _sentence(403, f"addr: expected one of {', '.join(sorted(self._hosts))}, got {addr!r}")
        return self._asked(parts, headers)

    def _asked(self, url: SplitResult, headers: Iterable[tuple[str, str]]) -> Reply:
        connection = HTTPConnection(url.hostname or "", url.port, timeout=self._timeout)
        target = f"{url.path or '/'}{'?' if url.query else ''}{url.query}"
        try:
            connection.request("GET", target, headers=dict(_handed_on(headers)))
            reply = connection.getresponse()
            return reply.status, _handed_on(reply.getheaders()), reply.read()
        except (OSError, HTTPException) as wrong:
            return _sentence(502, f"{url.netloc} did not answer: {wrong}")
        finally:
            connection.close()


class Server(ThreadingHTTPServer):
    """A thread for each connection; none of them holds up the end."""

    daemon_threads = True
    request_queue_size = 128


def _parts(addr: str) -> SplitResult | None:
    """The URL in its parts; nothing when it is none that can be asked."""
    with suppress(ValueError):  # brackets or a port that are none
        parts = urlsplit(addr)
        return parts if parts.scheme == "http" and parts.hostname and parts.port != 0 else None
    return None


def _handed_on(headers: Iterable[tuple[str, str]]) -> Headers:
    return [(name, value) for name, value in headers if name.lower() not in NOT_HANDED_ON]


def _sentence(status: int, text: str) -> Reply:
    return status, [("Content-Type", "text/plain; charset=utf-8")], f"{text}\n".encode()


def _handler(answer: Callable[[str, Iterable[tuple[str, str]]], Reply]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        wbufsize = -1  # headers and body in one packet
        timeout = 60

        def do_GET(self) -> None:
            status, headers, body = answer(self.path, self.headers.items())
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: a line for each request would hide the others."""

    return Handler


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="The demo repeater.")
    parser.add_argument("hosts", nargs="+", metavar="HOST", help="may be asked; no other is")
    parser.add_argument("--host", default="", help="address to serve on; default all")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--timeout", type=float, default=30, help="seconds to wait for an answer")
    return parser.parse_args()


if __name__ == "__main__":
    main()
