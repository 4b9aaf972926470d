"""The demo database: people, by TCP. Each line that comes in is answered by one with their names.

Slow to start on purpose, and it runs once: while it loads, nobody has a database.
"""

from __future__ import annotations

import argparse
import logging
import signal
import socketserver
import sys
import threading

PEOPLE = ("Ada", "Barbara", "Edsger", "Grace", "Ken")


def main() -> None:
    """Load, then serve for ever."""
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: sys.exit(0))
    logging.basicConfig(
        stream=sys.stdout, level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S"
    )
    options = _options()
    logging.info("loads for %g s", options.loading)
    threading.Event().wait(options.loading)
    with Server((options.host, options.port), People) as server:
        logging.info("serves on port %d", server.server_address[1])
        server.serve_forever()


class People(socketserver.StreamRequestHandler):
    """One connection, kept for as long as the other side likes."""

    disable_nagle_algorithm = True

    def handle(self) -> None:
        for _ in self.rfile:
            self.wfile.write(f"{', '.join(PEOPLE)}\n".encode())


class Server(socketserver.ThreadingTCPServer):
    """A thread for each connection; none of them holds up the end."""

    daemon_threads = True
    allow_reuse_address = True


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="The demo database.")
    parser.add_argument("--host", default="", help="address to serve on; default all")
    parser.add_argument("--port", type=int, default=27017)
    parser.add_argument("--loading", type=float, default=15, help="seconds before it serves")
    return parser.parse_args()


if __name__ == "__main__":
    main()
