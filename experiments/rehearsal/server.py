"""The HTTP front of the simulated cluster: the Kubernetes API over its store."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from aiohttp import web

from experiments.rehearsal import views
from experiments.rehearsal.bodies import applied, of_kind, sent
from experiments.rehearsal.kinds import Json
from experiments.rehearsal.ownership import Writer
from experiments.rehearsal.pulse import Pulse
from experiments.rehearsal.requests import (
    Target,
    deletion_of,
    is_true,
    target_of,
    wants_metadata_only,
    whole_number,
    writer_of,
)
from experiments.rehearsal.selectors import Selector, selector
from experiments.rehearsal.status import (
    StatusError,
    invalid_options,
    method_not_allowed,
    success,
    unsupported_media_type,
)
from experiments.rehearsal.store import Store

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

MERGE = "application/merge-patch+json"
APPLY = "application/apply-patch+yaml"

#: As long as the real server lets a watch run when the client does not say.
WATCH_SECONDS = 30 * 60

#: What the simulated cluster calls itself; the version whose answers it gives.
VERSION: Json = {"major": "1", "minor": "37", "gitVersion": "v1.37.2+rehearsal", "platform": "simulated"}

REVIEW = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"

#: These answer with the object that was deleted, all others with a Status.
RETURNED_WHEN_DELETED = ("namespaces", "pods", "services")


def application(store: Store, pulse: Pulse) -> web.Application:
    """The API over `store`; watches look again at every beat of `pulse`."""
    front = _Front(store, pulse)
    app = web.Application(middlewares=[_answer_refusals])
    app.router.add_get("/version", front.version)
    app.router.add_get("/{probe:readyz|livez|healthz}", front.healthy)
    app.router.add_get("/api", front.core_versions)
    app.router.add_get("/apis", front.groups)
    app.router.add_get("/api/{version}", front.resources)
    app.router.add_get("/apis/{version:[^/]+/[^/]+}", front.resources)
    app.router.add_post(REVIEW, front.review)
    app.router.add_route("*", "/{path:.*}", front.objects)
    return app


@web.middleware
async def _answer_refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except StatusError as refused:
        return _json(refused.status, refused.code)


class _Front:
    def __init__(self, store: Store, pulse: Pulse) -> None:
        self._store = store
        self._pulse = pulse

    async def version(self, _: web.Request) -> web.Response:
        return _json(VERSION)

    async def healthy(self, _: web.Request) -> web.Response:
        return web.Response(text="ok")

    async def core_versions(self, _: web.Request) -> web.Response:
        return _json({"kind": "APIVersions", "versions": ["v1"]})

    async def groups(self, _: web.Request) -> web.Response:
        return _json(views.groups())

    async def resources(self, request: web.Request) -> web.Response:
        found = views.resources(request.match_info["version"])
        return _json(found) if found else _nothing_here()

    async def review(self, request: web.Request) -> web.Response:
        """May this be done? Here everything may."""
        return _json({**await sent(request), "status": {"allowed": True}}, HTTPStatus.CREATED)

    async def objects(self, request: web.Request) -> web.StreamResponse:
        """Every request on objects: the method and whether the path names one decide."""
        target = target_of(request.path)
        if target is None:
            return _nothing_here()
        match request.method, bool(target.name):
            case "GET", True:
                return self._get(request, target)
            case "GET", False if is_true(request.query, "watch"):
                return await self._watch(request, target)
            case "GET", False:
                return self._list(request, target)
            case "POST", False:
                return await self._create(request, target)
            case "PUT", True:
                return await self._replace(request, target)
            case "PATCH", True:
                return await self._patch(request, target)
            case "DELETE", True:
                return await self._delete(request, target)
            case _:
                raise method_not_allowed()

    def _get(self, request: web.Request, target: Target) -> web.Response:
        partly = wants_metadata_only(request.headers.get("Accept", ""))
        return _json(views.shown(target, self._store.get(target.address), metadata_only=partly))

    def _list(self, request: web.Request, target: Target) -> web.Response:
        partly = wants_metadata_only(request.headers.get("Accept", ""))
        page = self._store.page(
            target.kind,
            target.namespace,
            _selector(request, target),
            whole_number(request.query, "limit"),
            request.query.get("continue", ""),
        )
        return _json(views.listed(target, page, metadata_only=partly))

    async def _create(self, request: web.Request, target: Target) -> web.Response:
        body = of_kind(target, await sent(request))
        made = self._store.create(target.kind, body, _writer(request, target), namespace=target.namespace)
        return _json(views.shown(target, made), HTTPStatus.CREATED)

    async def _replace(self, request: web.Request, target: Target) -> web.Response:
        body = of_kind(target, await sent(request))
        new = self._store.replace(target.address, body, _writer(request, target))
        return _json(views.shown(target, new))

    async def _patch(self, request: web.Request, target: Target) -> web.Response:
        if request.content_type == APPLY:
            return await self._apply(request, target)
        if request.content_type != MERGE:
            raise unsupported_media_type([MERGE, APPLY])
        new = self._store.patch(target.address, await sent(request), _writer(request, target))
        return _json(views.shown(target, new))

    async def _apply(self, request: web.Request, target: Target) -> web.Response:
        if not request.query.get("fieldManager"):
            raise invalid_options(
                "PatchOptions", "fieldManager", "Required value: is required for apply patch"
            )
        config = of_kind(target, await applied(request))
        force, by = is_true(request.query, "force"), _writer(request, target)
        is_new = self._store.find(target.address) is None
        new = self._store.apply(target.address, config, by, force=force)
        return _json(views.shown(target, new), HTTPStatus.CREATED if is_new else HTTPStatus.OK)

    async def _delete(self, request: web.Request, target: Target) -> web.Response:
        asked = deletion_of(request.query, await sent(request) if request.can_read_body else {})
        gone = self._store.delete(
            target.address, uid=asked.uid, version=asked.version, grace=asked.grace, dry_run=asked.dry_run
        )
        if target.kind.resource in RETURNED_WHEN_DELETED or self._store.find(target.address) == gone:
            return _json(views.shown(target, gone))
        return _json(success(target.address, gone["metadata"]["uid"]))

    async def _watch(self, request: web.Request, target: Target) -> web.StreamResponse:
        """Changes as they come, one JSON object a line, until the time is over or the client has gone."""
        partly = wants_metadata_only(request.headers.get("Accept", ""))
        chosen = _selector(request, target)
        seconds = whole_number(request.query, "timeoutSeconds") or WATCH_SECONDS
        version = whole_number(request.query, "resourceVersion")
        stream = web.StreamResponse(headers={"Content-Type": "application/json"})
        await stream.prepare(request)
        try:
            async with asyncio.timeout(seconds):
                if not version:
                    version = self._store.version
                    for item in self._store.select(target.kind, target.namespace, chosen):
                        await _tell(stream, "ADDED", views.shown(target, item, metadata_only=partly))
                while True:
                    seen = self._store.version
                    for kind, item in views.watched(target, chosen, self._store.history.since(version)):
                        await _tell(stream, kind, views.shown(target, item, metadata_only=partly))
                    version = seen
                    await self._pulse.wait()
        except TimeoutError:
            pass
        except StatusError as refused:
            await _tell(stream, "ERROR", refused.status)
        return stream


async def _tell(stream: web.StreamResponse, kind: str, item: Json) -> None:
    await stream.write(json.dumps({"type": kind, "object": item}).encode() + b"\n")


def _selector(request: web.Request, target: Target) -> Selector:
    labels, fields = request.query.get("labelSelector", ""), request.query.get("fieldSelector", "")
    return selector(target.kind, labels, fields)


def _writer(request: web.Request, target: Target) -> Writer:
    return writer_of(target, request.query, request.headers.get("User-Agent", ""))


def _nothing_here() -> web.Response:
    """As the real server answers for a path that it does not know: not a Status, but words."""
    return web.Response(text="404 page not found\n", status=HTTPStatus.NOT_FOUND)


def _json(body: Json, status: int = HTTPStatus.OK) -> web.Response:
    return web.json_response(body, status=status)
