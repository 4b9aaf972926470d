"""Connections that can be given up at any moment, also while they are being made."""

from __future__ import annotations

import errno
import os
import select
import socket
from collections.abc import Sequence
from contextlib import suppress
from itertools import chain, repeat


class Sockets:
    """The sockets of one request, to be shut from outside while it connects, waits or reads.

    It holds copies: a socket that becomes an encrypted one is another object, on the same connection.
    """

    def __init__(self) -> None:
        self._copies: list[socket.socket] = []
        self.told = False

    def add(self, opened: socket.socket) -> None:
        """One more instead of the last one, shut at once if it comes after `shut`."""
        self.close()
        self._copies = [opened.dup()]
        if self.told:
            self.shut()

    def shut(self) -> None:
        """Wake up whoever connects, reads or writes; safe in a signal handler."""
        self.told = True
        for each in self._copies:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """The request is over."""
        for each in self._copies:
            each.close()


def connected(
    addresses: Sequence[str], sockets: Sockets, retries: int, port: int, seconds: float
) -> socket.socket:
    """A connection to the first of the addresses that listens, each tried for so many seconds.

    Only what was never connected is tried again; raises OSError with why the last try failed.
    """
    failed: OSError = ConnectionAbortedError("told to stop")
    for address in chain.from_iterable(repeat(addresses, retries + 1)):
        if sockets.told:
            raise ConnectionAbortedError("told to stop")
        try:
            return _connected(address, sockets, port, seconds)
        except OSError as wrong:
            failed = wrong
    raise failed


def _connected(address: str, sockets: Sockets, port: int, seconds: float) -> socket.socket:
    """It connects without blocking, so that there is no moment in which it cannot be shut."""
    known = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    family, kind, protocol, _, where = known[0]
    opened = socket.socket(family, kind, protocol)
    try:
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        opened.setblocking(False)
        begun = opened.connect_ex(where)
        sockets.add(opened)
        if begun == errno.EINPROGRESS and not _writable(opened, seconds):
            raise TimeoutError(f"no connection to {address} within {seconds:g} s: timed out")
        if error := begun if begun not in (0, errno.EINPROGRESS) else _error(opened):
            raise OSError(error, os.strerror(error))
    except BaseException:
        opened.close()
        raise
    opened.settimeout(seconds)
    return opened


def _writable(opened: socket.socket, seconds: float) -> bool:
    waiting = select.poll()
    waiting.register(opened, select.POLLOUT)
    return bool(waiting.poll(seconds * 1000))


def _error(opened: socket.socket) -> int:
    return opened.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
