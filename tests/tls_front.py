"""TLS in front of a server that speaks none: certificates by openssl, and a proxy that takes the TLS off."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

BITS = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")


@dataclass(frozen=True)
class Certificates:
    """A CA of one's own, and what it signed for some address."""

    folder: Path

    @property
    def ca(self) -> Path:
        return self.folder / "ca.crt"

    @property
    def server(self) -> Path:
        return self.folder / "server.crt"

    @property
    def key(self) -> Path:
        return self.folder / "server.key"

    @classmethod
    def made(cls, folder: Path, address: str = "IP:127.0.0.1") -> Certificates:
        """New ones."""
        folder.mkdir(parents=True)
        made = cls(folder)
        ca_key = str(folder / "ca.key")
        _openssl("req", "-x509", *BITS, "-subj", "/CN=a CA", "-keyout", ca_key, "-out", str(made.ca))
        signed = ("-CA", str(made.ca), "-CAkey", ca_key, "-addext", f"subjectAltName={address}")
        names = ("-subj", "/CN=redis", "-keyout", str(made.key), "-out", str(made.server))
        _openssl("req", "-x509", *BITS, *names, *signed)
        return made


class TlsFront:
    """Listens on loopback while it is entered; what comes through TLS goes on to `port` in the clear."""

    def __init__(self, certificates: Certificates, port: int) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificates.server, certificates.key)
        self._behind = port
        self._ear = socket.create_server(("127.0.0.1", 0))
        self._lines: list[socket.socket] = []
        self._thread = threading.Thread(target=self._accept, daemon=True)

    @property
    def port(self) -> int:
        return int(self._ear.getsockname()[1])

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ear.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        for each in (self._ear, *self._lines):
            each.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._ear.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        self._lines.append(client)
        try:
            secure = self._context.wrap_socket(client, server_side=True)
        except OSError:  # who does not trust us, or speaks no TLS, goes away
            client.close()
            return
        behind = socket.create_connection(("127.0.0.1", self._behind))
        self._lines += (secure, behind)
        threading.Thread(target=_carry, args=(secure, behind), daemon=True).start()
        _carry(behind, secure)


def _carry(source: socket.socket, sink: socket.socket) -> None:
    try:
        while heard := source.recv(65536):
            sink.sendall(heard)
    except OSError:
        pass
    finally:
        for each in (source, sink):
            each.close()


def _openssl(*words: str) -> None:
    done = subprocess.run(["openssl", *words], capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
