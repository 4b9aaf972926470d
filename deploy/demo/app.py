"""The demo application: three paths, one database, and the weaknesses that experiments are there to find.

`/` says that it is up, `/demo/person` who is in the database; `/limiter` shuts itself when asked too often.

Weak on purpose: its one connection to the database is made before it serves and never again, whoever needs
it waits for it, and `/`, which the readiness probe asks, knows nothing of it.
"""

from __future__ import annotations

import argparse
import logging
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, Queue

#: Seconds for one attempt to connect: a name without a pod behind it answers nothing at all.
CONNECT_SECONDS = 1.0


def main() -> None:
    """Serve for ever, from the moment the database has answered."""
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: sys.exit(0))
    logging.basicConfig(
        stream=sys.stdout, level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S"
    )
    options = _options()
    database = connected(options.database, options.patience, options.again)
    limiter = Limiter(
        time.monotonic, per_second=options.per_second, burst=options.burst, shut_for=options.shut_for
    )
    with Server((options.host, options.port), _handler(App(database, limiter).answer)) as server:
        logging.info("serves on port %d", server.server_address[1])
        server.serve_forever()


class App:
    """What each path answers."""

    def __init__(self, database: Database, limiter: Limiter) -> None:
        self._database = database
        self._limiter = limiter

    def answer(self, path: str) -> tuple[int, str]:
        """Status and text."""
        match path.partition("?")[0]:
            case "/":
                return 200, f"{socket.gethostname()} is up"
            case "/demo/person":
                people = self._database.people()
                return (200, people) if people else (503, "the database does not answer")
            case "/limiter":
                return (200, "everything is fine") if self._limiter.allows() else (429, "too many requests")
            case _:
                return 404, "expected /, /demo/person or /limiter"


class Database:
    """One connection, shared by all requests. A broken one is never replaced: they wait, then give up."""

    def __init__(self, connection: socket.socket, patience: float) -> None:
        connection.settimeout(patience)
        self._patience = patience
        self._free: Queue[socket.socket] = Queue()
        self._free.put(connection)

    def people(self) -> str:
        """The names, or nothing when no connection came free in time."""
        while True:
            try:
                connection = self._free.get(timeout=self._patience)
            except Empty:
                return ""
            if names := _asked(connection):
                self._free.put(connection)
                return names
            connection.close()
            logging.info("lost the database, for good")


class Limiter:
    """So many requests a second and so many at once; who goes beyond shuts it for everybody, for a while."""

    def __init__(self, clock: Callable[[], float], *, per_second: float, burst: int, shut_for: float) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._per_second, self._burst, self._shut_for = per_second, burst, shut_for
        self._left, self._counted = float(burst), clock()
        self._opens = self._counted

    def allows(self) -> bool:
        """Whether one more request is served, now."""
        with self._lock:
            now = self._clock()
            self._left = min(self._burst, self._left + (now - self._counted) * self._per_second)
            self._counted = now
            if self._left < 1:
                self._opens = now + self._shut_for
                return False
            self._left -= 1
            return now >= self._opens


class Server(ThreadingHTTPServer):
    """A thread for each connection; none of them holds up the end."""

    daemon_threads = True
    request_queue_size = 128  # a load test opens more at once than the usual five


def connected(address: tuple[str, int], patience: float, again: float) -> Database:
    """A database that has answered once, however long that takes."""
    logging.info("waits for the database at %s:%d", *address)
    while True:
        with suppress(OSError):
            database = Database(socket.create_connection(address, timeout=CONNECT_SECONDS), patience)
            if database.people():
                return database
        threading.Event().wait(again)


def _asked(connection: socket.socket) -> str:
    """One question, one line; nothing when the connection is broken."""
    with suppress(OSError), connection.makefile("rwb") as line:
        line.write(b"people\n")
        line.flush()
        return line.readline().decode().removesuffix("\n")
    return ""


def _handler(answer: Callable[[str], tuple[int, str]]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        wbufsize = -1  # headers and body in one packet
        timeout = 60

        def do_GET(self) -> None:
            status, text = answer(self.path)
            body = f"{text}\n".encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/plain; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: a line for each request would hide the others."""

    return Handler


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="The demo application.")
    parser.add_argument("database", type=_address, metavar="HOST:PORT", help="where its database is")
    parser.add_argument("--host", default="", help="address to serve on; default all")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--patience", type=float, default=10, help="seconds a request waits for the database")
    parser.add_argument("--again", type=float, default=0.5, help="seconds between two attempts to connect")
    parser.add_argument("--per-second", type=float, default=5, help="requests to /limiter, in the long run")
    parser.add_argument("--burst", type=int, default=10, help="requests to /limiter, at once")
    parser.add_argument("--shut-for", type=float, default=15, help="seconds it refuses after one too many")
    return parser.parse_args()


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    return host, int(port)


if __name__ == "__main__":
    main()
