"""A line to Redis that can swallow an answer: the server did it, the client never hears."""

from __future__ import annotations

import socket
import threading
from pathlib import Path


class LossyLine:
    """A unix socket before the server's; `lose_next` breaks the line instead of giving the next answer."""

    def __init__(self, path: Path, server: Path) -> None:
        self.lose_next = False
        self.lost = 0
        self._server = server
        self._lines: list[socket.socket] = []
        self._ear = socket.socket(socket.AF_UNIX)
        self._ear.bind(str(path))
        self._ear.listen()
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Break every line."""
        self._ear.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._ear.close()
        for each in self._lines:
            each.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._ear.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(str(self._server))
            self._lines += (client, server)
            threading.Thread(target=self._carry, args=(client, server), daemon=True).start()
            threading.Thread(target=self._answer, args=(server, client), daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket) -> None:
        try:
            while heard := source.recv(65536):
                sink.sendall(heard)
        except OSError:
            return

    def _answer(self, server: socket.socket, client: socket.socket) -> None:
        try:
            while heard := server.recv(65536):
                if self.lose_next:
                    self.lose_next = False
                    self.lost += 1
                    client.shutdown(socket.SHUT_RDWR)
                    return
                client.sendall(heard)
        except OSError:
            return
