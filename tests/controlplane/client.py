"""A small Kubernetes client for tests: plain dicts in and out, with exactly one account's rights."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import urllib3
import yaml

Object = dict[str, Any]

APPLY, MERGE = "application/apply-patch+yaml", "application/merge-patch+json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the API server said, whatever it said."""

    status: int
    body: Object


class Refused(Exception):
    """The API server said no; `answer` is its Status object."""

    def __init__(self, asked: str, answer: Answer) -> None:
        super().__init__(f"{asked}: {answer.status} {answer.body.get('message', '')}")
        self.answer = answer
        self.status = answer.status


def holds(thing: Object, condition: str) -> bool:
    """True when the object's status says that the condition is true."""
    conditions = thing.get("status", {}).get("conditions") or ()
    return any(one["type"] == condition and one["status"] == "True" for one in conditions)


class Client:
    """Talks to one API server with one bearer token. Every call has a time-out."""

    def __init__(self, server: str, ca_file: Path, token: str) -> None:
        self._server = server
        self._headers = {"Authorization": f"Bearer {token}"}
        self._pool = urllib3.PoolManager(ca_certs=str(ca_file), retries=False)
        self._kinds: dict[tuple[str, str], tuple[str, bool]] = {}

    def close(self) -> None:
        """Drop the connections."""
        self._pool.clear()

    def request(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        type: str = "application/json",
        query: Mapping[str, str] | None = None,
        accept: str = "application/json",
        wait: float = 15,
    ) -> Answer:
        """One call, raw: any status is an answer."""
        response = self._pool.request(
            method,
            f"{self._server}{path}?{urlencode(query or {})}",
            body=None if body is None else json.dumps(body),
            headers={**self._headers, "Content-Type": type, "Accept": accept},
            timeout=urllib3.Timeout(connect=2, read=wait),
        )
        return Answer(status=response.status, body=_as_object(response.data))

    def call(
        self, method: str, path: str, body: object = None, *, type: str = "application/json", **query: str
    ) -> Object:
        """One call that must succeed; anything else raises Refused."""
        answer = self.request(method, path, body, type=type, query=query)
        if answer.status >= 300:
            raise Refused(f"{method} {path}", answer)
        return answer.body

    def get(self, api_version: str, kind: str, name: str, namespace: str | None = None) -> Object:
        """One object."""
        return self.call("GET", self.path(api_version, kind, name, namespace))

    def list(
        self, api_version: str, kind: str, namespace: str | None = None, selector: str = ""
    ) -> list[Object]:
        """The objects of one kind, of all namespaces when none is named."""
        path = self.path(api_version, kind, "", namespace)
        items: list[Object] = self.call("GET", path, labelSelector=selector)["items"]
        return items

    def delete(self, api_version: str, kind: str, name: str, namespace: str | None = None) -> None:
        """Delete one object."""
        self.call("DELETE", self.path(api_version, kind, name, namespace))

    def apply(
        self, manifest: str | Sequence[Mapping[str, Any]], manager: str = "owner", *, force: bool = False
    ) -> Sequence[Object]:
        """Server-side apply, in order, as a field manager; the objects as stored."""
        documents = yaml.safe_load_all(manifest) if isinstance(manifest, str) else manifest
        return [self._apply(document, manager, force=force) for document in documents if document]

    def _apply(self, document: Mapping[str, Any], manager: str, *, force: bool) -> Object:
        about = document["metadata"]
        path = self.path(document["apiVersion"], document["kind"], about["name"], about.get("namespace"))
        return self.call("PATCH", path, document, type=APPLY, fieldManager=manager, force=str(force).lower())

    def path(self, api_version: str, kind: str, name: str = "", namespace: str | None = None) -> str:
        """The URL path of an object, or of its collection without a name."""
        root = f"/api/{api_version}" if "/" not in api_version else f"/apis/{api_version}"
        plural, namespaced = self._kind(root, kind)
        place = f"/namespaces/{namespace}" if namespaced and namespace else ""
        return f"{root}{place}/{plural}" + (f"/{name}" if name else "")

    def _kind(self, root: str, kind: str) -> tuple[str, bool]:
        """The plural of a kind and whether it lives in a namespace, as the server tells."""
        if (root, kind) not in self._kinds:
            for resource in self.call("GET", root)["resources"]:
                if "/" not in resource["name"]:
                    self._kinds[root, resource["kind"]] = resource["name"], resource["namespaced"]
        return self._kinds[root, kind]


def _as_object(data: bytes) -> Object:
    """JSON, or plain text (as /readyz answers) as a message."""
    try:
        body: Object = json.loads(data)
    except ValueError:
        return {"message": data.decode(errors="replace")}
    return body
