"""The demo's users: ask a URL so many times a second, whatever it answers, and sum it up every few seconds.

Nobody waits for the answer to another's request, so a slow application is asked as often as a fast one.
"""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException
from urllib.parse import SplitResult, urlsplit


def main() -> None:
    """Ask for ever; the last line is written when told to end."""
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: sys.exit(0))
    logging.basicConfig(
        stream=sys.stdout, level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S"
    )
    options = _options()
    tally = Tally()

    def tell() -> None:
        logging.info("%s: %s", options.url.geturl(), tally.taken())

    try:
        keep_asking(
            lambda: _ask(options.url, options.timeout, tally), tell, 1 / options.per_second, options.every
        )
    finally:
        tell()


class Tally:
    """What came back since it was last taken, by kind, and how long the slowest took."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._slowest = 0.0

    def add(self, kind: str, seconds: float) -> None:
        """One request has ended."""
        with self._lock:
            self._counts[kind] += 1
            self._slowest = max(self._slowest, seconds)

    def taken(self) -> str:
        """One line, e.g. `47 x 200, 2 x 503, 1 x refused; slowest 0.031 s`; starts anew."""
        with self._lock:
            counts, slowest = self._counts, self._slowest
            self._counts, self._slowest = Counter(), 0.0
        kinds = ", ".join(f"{counts[kind]} x {kind}" for kind in sorted(counts))
        return f"{kinds}; slowest {slowest:.3f} s" if kinds else "nothing came back"


def keep_asking(ask: Callable[[], None], tell: Callable[[], None], interval: float, every: float) -> None:
    """Each request in a thread of its own, each at its time; what was missed is not made up for."""
    due, told = time.monotonic(), time.monotonic()
    while True:
        now = time.monotonic()
        if now >= due:
            threading.Thread(target=ask, daemon=True).start()
            due = max(due + interval, now)
        if now >= told + every:
            tell()
            told = now
        threading.Event().wait(max(0, min(due, told + every) - time.monotonic()))


def _ask(url: SplitResult, timeout: float, tally: Tally) -> None:
    started = time.monotonic()
    connection = HTTPConnection(url.hostname or "", url.port, timeout=timeout)
    try:
        connection.request("GET", f"{url.path or '/'}{'?' if url.query else ''}{url.query}")
        reply = connection.getresponse()
        reply.read()
        kind = str(reply.status)
    except ConnectionRefusedError:
        kind = "refused"
    except TimeoutError:
        kind = f"no answer in {timeout:g} s"
    except (OSError, HTTPException):
        kind = "broken off"
    finally:
        connection.close()
    tally.add(kind, time.monotonic() - started)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="The demo's users.")
    parser.add_argument("url", type=urlsplit, help="what to ask, with http://")
    parser.add_argument("--per-second", type=float, default=10, help="requests")
    parser.add_argument("--timeout", type=float, default=3, help="seconds a user waits")
    parser.add_argument("--every", type=float, default=5, help="seconds between two lines")
    return parser.parse_args()


if __name__ == "__main__":
    main()
