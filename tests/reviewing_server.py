"""An API server that says what an account may do as a test wants, and can be away for a while."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from local_server import Asked, LocalServer, Reply

from experiments.kubernetes.grants import Grant, rules


class ReviewingServer(LocalServer):
    """First it answers with the codes of `away`; of `may` it tells only when asked one by one."""

    USER = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
    RULES = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews"
    ACCESS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"

    def __init__(self) -> None:
        super().__init__()
        self.away: list[int] = []
        self.held: frozenset[Grant] = frozenset()
        self.may: frozenset[Grant] = frozenset()
        self.incomplete = False

    def answer(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        if self.away:
            return Reply(status=self.away.pop(0), body=b"{}")
        answers: Mapping[str, Callable[[], object]] = {
            self.USER: lambda: {"userInfo": {"username": "system:serviceaccount:home:w"}},
            self.RULES: lambda: {"resourceRules": rules(self.held), "incomplete": self.incomplete},
            self.ACCESS: lambda: {"allowed": self._allowed(json.loads(asked.body)["spec"])},
        }
        status = answers[asked.path.partition("?")[0]]()
        return Reply(status=201, body=json.dumps({"status": status}).encode())

    def _allowed(self, spec: Any) -> bool:
        about = spec["resourceAttributes"]
        resource = "/".join(filter(None, (about["resource"], about["subresource"])))
        return Grant(about["group"], resource, about["verb"], about["name"]) in self.may

    def kubeconfig(self, folder: Path) -> Path:
        """A file by which one finds it."""
        config = {
            "clusters": [{"name": "c", "cluster": {"server": self.url("")}}],
            "users": [{"name": "u", "user": {"token": "t"}}],
            "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
            "current-context": "x",
        }
        file = folder / "kubeconfig"
        file.write_text(json.dumps(config))
        return file
