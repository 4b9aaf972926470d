"""Listens at a gateway's wire: which rights each request takes, as the API server would judge it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import urllib3

from experiments.kubernetes.gateway import Gateway
from experiments.kubernetes.grants import Grant
from experiments.kubernetes.wire import Server

VERBS = {"PATCH": "patch", "POST": "create", "PUT": "update"}


@dataclass
class Wiretap:
    """A pool of connections that notes who asks for what.

    Of the methods in `losing` the server does what is asked, and its first answer is never heard.
    """

    server: Server
    losing: set[str] = field(default_factory=set)
    heard: set[tuple[str, Grant]] = field(default_factory=set)  #: namespace and grant

    @property
    def gateway(self) -> Gateway:
        """One that is listened to, and that never waits."""
        return Gateway(lambda: replace(self.server, pool=self), wait=lambda _: None)

    def request(self, method: str, url: str, **more: Any) -> Any:
        self.heard.add(asked(method, urlsplit(url).path))
        answer = self.server.pool.request(method, url, **more)
        if method in self.losing:
            self.losing.remove(method)
            raise urllib3.exceptions.ProtocolError("the line broke")
        return answer

    def clear(self) -> None:
        """The gateway drops its connections."""


def tapped(kubeconfig: Path, *losing: str) -> Wiretap:
    """On the line to the cluster of a kubeconfig."""
    return Wiretap(Gateway.connect(kubeconfig)._connect(), set(losing))


def asked(method: str, path: str) -> tuple[str, Grant]:
    """The namespace and the grant that a request takes."""
    match path.strip("/").split("/"):
        case ["api", _, *rest]:
            group = ""
        case ["apis", group, _, *rest]:
            pass
        case _:
            raise AssertionError(f"{path} is no path of objects")
    namespace, rest = (rest[1], rest[2:]) if rest[0] == "namespaces" and rest[2:] else ("", rest)
    resource = "/".join([rest[0], *rest[2:]])
    return namespace, Grant(group, resource, _verb(method, named=len(rest) > 1))


def _verb(method: str, *, named: bool) -> str:
    match method:
        case "GET":
            return "get" if named else "list"
        case "DELETE":
            return "delete" if named else "deletecollection"
        case _:
            return VERBS[method]
