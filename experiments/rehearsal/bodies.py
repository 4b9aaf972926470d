"""The bodies of requests: one object each, of the kind that the path names."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from experiments.rehearsal.kinds import Json
from experiments.rehearsal.manifests import ManifestError, read_manifests
from experiments.rehearsal.requests import Target
from experiments.rehearsal.status import bad_request
from experiments.shapes import is_dict


async def sent(request: web.Request) -> Json:
    """The body, which must be a JSON object."""
    try:
        body = json.loads(await request.text())
    except ValueError as broken:
        raise bad_request(f"expected a JSON object, found {broken}") from None
    return _object(body)


async def applied(request: web.Request) -> Json:
    """The one object of an applied configuration, in YAML."""
    try:
        found = read_manifests(await request.text(), "applied configuration")
    except ManifestError as broken:
        raise bad_request(str(broken)) from None
    return _object(found[0] if len(found) == 1 else None)


def of_kind(target: Target, body: Json) -> Json:
    """The body, which must not say that it is of another kind than the path."""
    named = (body.get("apiVersion", target.api_version), body.get("kind", target.kind.name))
    if named != (target.api_version, target.kind.name):
        expected = f"{target.api_version} {target.kind.name}"
        raise bad_request(f"expected an object of {expected}, found {' '.join(map(str, named))}")
    return body


def _object(body: Any) -> Json:
    if is_dict(body):
        return body
    raise bad_request("expected one object")
