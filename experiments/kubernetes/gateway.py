"""The one way to a Kubernetes API server: plain dicts in and out, every call bounded in time and place.

The official client brings configuration, credentials and connections; paths and bodies are ours, because
its models refuse a whole list for one odd object.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Collection, Mapping
from fnmatch import fnmatchcase
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from experiments.faults.intent import FIELD_MANAGER, Target
from experiments.kubernetes.errors import (
    Conflict,
    Gone,
    NotConfigured,
    OutOfBounds,
    Replaced,
    TooManyRequests,
    Unauthorized,
    Unavailable,
)
from experiments.kubernetes.objects import Object, Objects, uid_of
from experiments.kubernetes.wire import READ, Server, exchange
from experiments.shapes import NOTHING

#: Objects in one page of a list: small enough to be parsed while the next one is made.
PAGE = 500
#: Seconds before a read is asked again; a write never is.
PATIENCE = (0.2, 0.8)
#: A list that grows too old while it is read is started again this many times.
RESTARTS = 3
#: Where nothing is ever a target unless one says otherwise.
SYSTEM_NAMESPACES = frozenset({"kube-system", "kube-public", "kube-node-lease"})

JSON, MERGE = "application/json", "application/merge-patch+json"
METADATA_ONLY = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"

SERVICE_ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount/token")


class Gateway:
    """Reads and writes objects; refuses namespaces outside its own patterns before any request.

    Connections belong to the process that opened them: after a fork the child opens its own.
    """

    def __init__(
        self,
        connect: Callable[[], Server],
        *,
        namespaces: Collection[str] | None = None,
        protected: Collection[str] = SYSTEM_NAMESPACES,
        wait: Callable[[float], object] | None = None,
        page: int = PAGE,
    ) -> None:
        self.namespaces = None if namespaces is None else frozenset(namespaces)
        self.protected = frozenset(protected)
        self._connect = connect
        self.wait = wait or threading.Event().wait
        self._page = page
        self._server: Server | None = None
        self._pid = 0

    @classmethod
    def connect(
        cls,
        kubeconfig: str | Path | None = None,
        context: str | None = None,
        namespaces: Collection[str] | None = None,
        protected: Collection[str] = SYSTEM_NAMESPACES,
    ) -> Gateway:
        """To the cluster of this kubeconfig, else our own, else that of KUBECONFIG; opened when used."""
        return cls(lambda: _open(kubeconfig, context), namespaces=namespaces, protected=protected)

    def close(self) -> None:
        """Drop the connections; the next call opens new ones."""
        if self._server is not None and self._pid == os.getpid():
            self._server.pool.clear()
        self._server = None

    def get(self, api_version: str, resource: str, name: str, namespace: str = "") -> Object:
        """One object; `NotFound` when it is not there."""
        return self._read(self._path(api_version, resource, namespace, name))

    def read(self, target: Target) -> Object:
        """The very object that the target names; `Replaced` when another one took its place."""
        live = self.get(target.api_version, target.resource, target.name, target.namespace)
        if uid_of(live) != target.uid:
            raise Replaced(f"{target} was replaced: its uid is {uid_of(live)}, expected {target.uid}")
        return live

    def list(
        self,
        api_version: str,
        resource: str,
        namespace: str = "",
        *,
        label_selector: str | None = None,
        field_selector: str | None = None,
        metadata_only: bool = False,
    ) -> Objects:
        """All of them, never a part; every namespace when none is named."""
        path = self._path(api_version, resource, namespace)
        selectors = {"labelSelector": label_selector, "fieldSelector": field_selector}
        query = {key: value for key, value in selectors.items() if value}
        for _ in range(RESTARTS):
            try:
                return self._pages(path, query, METADATA_ONLY if metadata_only else JSON)
            except Gone:
                continue
        raise Unavailable(f"the list of {path} grew too old {RESTARTS} times", maybe_applied=False)

    def patch(self, target: Target, change: Object, *, resource_version: str) -> Object:
        """One merge patch under our field manager, only if the object is still this one at this version."""
        condition = {"uid": target.uid, "resourceVersion": resource_version}
        body = {**change, "metadata": {**change.get("metadata", {}), **condition}}
        path = self._target_path(target)
        return self._call("PATCH", path, {"fieldManager": FIELD_MANAGER}, body, content=MERGE)

    def delete(self, target: Target, *, grace_period: int | None = None) -> None:
        """Delete the very object that the target names; `Replaced` when another one took its place."""
        body: Object = {"apiVersion": "v1", "kind": "DeleteOptions", "preconditions": {"uid": target.uid}}
        if grace_period is not None:
            body["gracePeriodSeconds"] = grace_period
        try:
            self._call("DELETE", self._target_path(target), {}, body)
        except Conflict as other_uid:  # the uid is the only precondition sent
            raise Replaced(str(other_uid)) from other_uid

    def create(self, api_version: str, resource: str, namespace: str, body: Object) -> Object:
        """A new object; `Conflict` when its name is taken."""
        path = self._path(api_version, resource, namespace)
        return self._call("POST", path, {"fieldManager": FIELD_MANAGER}, body)

    def can(self, verb: str, group: str, resource: str, namespace: str = "", name: str = "") -> bool:
        """True when the API server would let our account do this; a resource may be `pods/exec`."""
        kind, _, part = resource.partition("/")
        about = {"group": group, "resource": kind, "subresource": part, "namespace": namespace, "name": name}
        review = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": {"verb": verb, **about}},
        }
        answer = self._call("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", {}, review)
        return bool(answer.get("status", {}).get("allowed"))

    def _target_path(self, target: Target) -> str:
        return self._path(target.api_version, target.resource, target.namespace, target.name)

    def _path(self, api_version: str, resource: str, namespace: str, name: str = "") -> str:
        """The path of an object or a collection, once its namespace is seen to be within bounds."""
        place = name if (api_version, resource) == ("v1", "namespaces") else namespace
        if self.namespaces is not None and not any(fnmatchcase(place, each) for each in self.namespaces):
            allowed = ", ".join(sorted(self.namespaces)) or "none"
            where = f"namespace {place}" if place else "the whole cluster"
            raise OutOfBounds(f"{resource} of {where} are out of bounds here; allowed namespaces: {allowed}")
        root = f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"
        within = f"/namespaces/{namespace}" if namespace else ""
        return f"{root}{within}/{resource}" + (f"/{name}" if name else "")

    def _pages(self, path: str, query: Mapping[str, str], accept: str) -> Objects:
        items: Objects = []
        token = ""
        while True:
            more = {"continue": token} if token else {}
            page = self._read(path, {**query, "limit": str(self._page), **more}, accept)
            items += page.get("items") or []
            token = (page.get("metadata") or NOTHING).get("continue") or ""
            if not token:
                return items

    def _read(self, path: str, query: Mapping[str, str] | None = None, accept: str = JSON) -> Object:
        for pause in PATIENCE:
            try:
                return self._call("GET", path, query or {}, accept=accept)
            except TooManyRequests as busy:
                self.wait(min(busy.retry_after, READ))
            except Unavailable:
                self.wait(pause)
        return self._call("GET", path, query or {}, accept=accept)

    def _call(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        body: Object | None = None,
        *,
        accept: str = JSON,
        content: str = JSON,
    ) -> Object:
        """One request; a token that is not accepted is read again once, which no write can suffer from."""
        headers = {"Accept": accept, "Content-Type": content}
        asked = f"{path}?{urlencode(query)}" if query else path
        try:
            return exchange(self._opened(), method, asked, headers, body)
        except Unauthorized:
            self.close()
            return exchange(self._opened(), method, asked, headers, body)

    def _opened(self) -> Server:
        if self._server is None or self._pid != os.getpid():
            self._server, self._pid = self._connect(), os.getpid()
        return self._server


def load_client() -> None:
    """Import the client library now: before a pool forks, so that no child's first action waits for it."""
    import_module("kubernetes.client")
    import_module("kubernetes.config")


def _open(kubeconfig: str | Path | None, context: str | None) -> Server:
    """The official client's configuration, credentials and connection pool."""
    from kubernetes import client, config

    chosen = type.__call__(client.Configuration)  # without the process-wide default of the library
    loading: Any = config
    try:
        if kubeconfig is None and os.environ.get("KUBERNETES_SERVICE_HOST") and SERVICE_ACCOUNT.exists():
            loading.load_incluster_config(client_configuration=chosen)
        else:
            file = str(kubeconfig or os.environ.get("KUBECONFIG") or Path("~/.kube/config").expanduser())
            loading.load_kube_config(file, context, chosen, persist_config=False)
    except (config.ConfigException, OSError) as wrong:
        raise NotConfigured(f"no cluster to talk to: {wrong}; set KUBECONFIG or name a kubeconfig") from wrong
    if not chosen.verify_ssl:
        raise NotConfigured(f"the kubeconfig skips the check of {chosen.host}'s certificate; give it the CA")
    chosen.retries = False
    pool = client.ApiClient(chosen).rest_client.pool_manager
    return Server(url=chosen.host, pool=pool, credentials=lambda: _credentials(chosen))


def _credentials(configuration: Any) -> Mapping[str, str]:
    """The header of a bearer token or of basic authentication; client certificates need none."""
    token = configuration.get_api_key_with_prefix("BearerToken")
    if token:
        return {"Authorization": token}
    return {"Authorization": configuration.get_basic_auth_token()} if configuration.username else {}
