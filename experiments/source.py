"""Where an experiment comes from: a file, or a URL whose server says whether it is JSON or YAML.

A request is bounded in time and size, redirects stay on the server, and no problem shows the token, or
the credentials and the query of the URL.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from experiments.engine.limit import limited
from experiments.engine.stop import Interrupted, Stop
from experiments.failures import ActivityFailed
from experiments.format.document import SIZE_LIMIT, Document, parse_document, read_document, text_of
from experiments.format.problem import Problem
from experiments.format.settings import Auth
from experiments.providers.connection import Sockets
from experiments.providers.redirects import REDIRECTS, is_complete, is_same_server, target
from experiments.providers.resolution import addresses_of, look_up

if TYPE_CHECKING:
    from experiments.providers.wire import Answer, Request

#: A variable of the environment; wins over the settings, as in Chaos Toolkit.
BEARER = "CHAOSTOOLKIT_LOADER_AUTH_BEARER_TOKEN"
#: For all of a request, and of that for a connection; Chaos Toolkit would wait for ever.
SECONDS, CONNECT_SECONDS = 30.0, 10.0
_JSON = ("application/json",)
_YAML = ("application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml")
_EITHER = ("text/plain",)
#: What servers say of files that they do not know; then the name of the file counts.
_UNKNOWN = ("application/octet-stream", "binary/octet-stream")
_SUFFIXES = (".json", ".yaml", ".yml")


def read_source(
    source: str,
    *,
    environment: Mapping[str, str],
    auths: Mapping[str, Auth] | None = None,
    timeout: float = SECONDS,
    verify_tls: bool = True,
    stop: Stop | None = None,
) -> Document | list[Problem]:
    """The document at a path or an http(s) URL, or every reason why there is none.

    The `timeout` is seconds for all of a request. A URL is asked with the bearer token of the environment
    in `CHAOSTOOLKIT_LOADER_AUTH_BEARER_TOKEN`, or else with what `auths` have for its host. Raises only
    `Interrupted`, when the stop is requested meanwhile.
    """
    scheme, separator, _ = source.partition("://")
    if not separator or os.path.exists(source):
        return read_document(Path(source), as_chaos_toolkit=True)
    if not is_complete(source):
        message = "expected a file, or a URL like https://host/experiment.yaml"
        return [Problem(file=f"{scheme}://...", message=message)]
    try:
        asked = _request(source, _authorization(source, auths or {}, environment), timeout, verify_tls)
        return _parsed(*_bounded(asked, timeout, stop or Stop()))
    except ActivityFailed as wrong:
        return [Problem(file=_shown(source), message=str(wrong))]


def _authorization(source: str, auths: Mapping[str, Auth], environment: Mapping[str, str]) -> str:
    """The value of the header, empty for none; a value that no header can carry would be in an error."""
    token, auth = environment.get(BEARER, "").strip(), auths.get(_server(source))
    if token:
        value, where = f"bearer {token}", BEARER
    elif auth:
        value, where = f"{auth.type} {auth.value.reveal()}", f"auths of {_server(source)}"
    else:
        return ""
    if not (value.isascii() and value.isprintable()):
        raise ActivityFailed(f"{where}: expected printable ASCII, found something else")
    return value


def _request(source: str, authorization: str, timeout: float, verify_tls: bool) -> Request:
    from experiments.providers.wire import Request

    headers = {"accept": ", ".join((*_JSON, *_YAML, *_EITHER))}
    return Request(
        method="GET",
        url=source,
        headers={**headers, "authorization": authorization} if authorization else headers,
        timeout=(min(CONNECT_SECONDS, timeout), timeout),
        verify=verify_tls,
    )


def _bounded(asked: Request, timeout: float, stop: Stop) -> tuple[Answer, str]:
    """The last answer, and who gave it."""
    with limited(stop, timeout) as part:
        try:
            return _followed(asked, part)
        except Interrupted:
            stop.check()
            raise ActivityFailed(f"cannot be fetched: it {part.reason}") from None


def _followed(asked: Request, stop: Stop) -> tuple[Answer, str]:
    for _ in range(REDIRECTS + 1):
        answer = _exchanged(asked, stop)
        leads = target(asked, answer)
        if not leads:
            return answer, _shown(asked.url)
        if not is_same_server(asked.url, leads):
            raise ActivityFailed(f"leads to another server, {_shown(leads)}; give that URL")
        asked = replace(asked, url=leads)
    raise ActivityFailed(f"redirected more than {REDIRECTS} times")


def _exchanged(asked: Request, stop: Stop) -> Answer:
    from experiments.providers.wire import exchange

    sockets, host = Sockets(), urlsplit(asked.url).hostname or ""
    addresses = addresses_of(host, resolver=look_up, seconds=asked.timeout[0], stop=stop)
    with stop.on_stop(sockets.shut):
        try:
            return exchange(asked, addresses, sockets, SIZE_LIMIT)
        except ActivityFailed as wrong:
            cause = str(wrong).removeprefix(f"{asked.shown} failed: ")
            raise ActivityFailed(f"cannot be fetched: {cause}") from None
        finally:
            stop.check()  # a socket that was shut looks like a short answer, or a broken one


def _parsed(answer: Answer, name: str) -> Document | list[Problem]:
    headers = {key.lower(): value for key, value in answer.headers.items()}
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in _UNKNOWN and urlsplit(name).path.endswith(_SUFFIXES):
        kind = _EITHER[0]
    if problem := _objection(answer, kind):
        return [Problem(file=name, message=problem)]
    text = text_of(answer.body, name)
    if isinstance(text, Problem):
        return [text]
    is_json = kind in _JSON or (kind in _EITHER and _is_json(text))
    return parse_document(text, name=name, json=is_json, as_chaos_toolkit=True)


def _objection(answer: Answer, kind: str) -> str:
    """What keeps the answer from being read; never its body, which is a stranger's page."""
    if answer.status in (401, 403):
        return f"the server answered {_said(answer.status)}; check {BEARER}, or auths in the settings"
    if answer.status != 200:
        return f"the server answered {_said(answer.status)}"
    if answer.truncated:
        return f"larger than {SIZE_LIMIT} bytes; split it"
    if kind not in (*_JSON, *_YAML, *_EITHER):
        return f"expected JSON or YAML, found {kind or 'no content type'}"
    return ""


def _said(status: int) -> str:
    known = status in set(HTTPStatus)
    return f"{status} {HTTPStatus(status).phrase}" if known else str(status)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _server(url: str) -> str:
    """Host and port as the URL has them."""
    return urlsplit(url).netloc.rpartition("@")[2]


def _shown(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{_server(url)}{parts.path}"
