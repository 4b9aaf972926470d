"""An HTTP activity: bounded in time and size, its socket shut when the run must stop.

Redirects are followed on the same server only, and each request goes to an address that was resolved
once and then judged, so that a policy's list of hosts means what it says.

The provider's `timeout` bounds the look-up of the name, each connection, and each wait for the next
bytes; a server that keeps sending is bounded by the activity's own `timeout`, which is for all of it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from experiments.addresses import host_of
from experiments.failures import ActivityFailed
from experiments.model import HttpProvider, Json
from experiments.objections import against_address, against_url
from experiments.providers.arguments import is_json, with_body, with_query
from experiments.providers.connection import Sockets
from experiments.providers.redirects import REDIRECTS, following, is_complete
from experiments.providers.resolution import Resolver, addresses_of, look_up
from experiments.providers.surroundings import Surroundings
from experiments.providers.timeout import seconds

if TYPE_CHECKING:
    from experiments.providers.wire import Answer, Request

#: Where a file gives no time-out; Chaos Toolkit would wait for ever.
CONNECT_SECONDS, READ_SECONDS = 5.0, 30.0
#: Of a body; the rest is cut off and the answer says `truncated`.
BODY_LIMIT = 1024 * 1024


def request(provider: HttpProvider, around: Surroundings, *, resolver: Resolver = look_up) -> dict[str, Json]:
    """`status`, `headers` and `body`, which is data when the answer is JSON; 4xx and 5xx are answers."""
    asked = _request(provider, around)
    for _ in range(REDIRECTS):
        answer = _exchanged(asked, around, resolver)
        further = following(asked, answer)
        if further is None:
            return _output(answer)
        asked = further
    raise ActivityFailed(f"{asked.shown}: redirected more than {REDIRECTS} times")


def _request(provider: HttpProvider, around: Surroundings) -> Request:
    from experiments.providers.wire import Request

    method, headers, body = provider.method.upper(), _headers(provider, around), None
    url, arguments = str(around.substituted(provider.url)), around.arguments(provider.arguments)
    if method != "GET":
        headers, body = with_body(arguments, headers)
    return Request(
        method=method,
        url=with_query(_checked(url), arguments) if method == "GET" else _checked(url),
        headers=headers,
        body=body,
        timeout=_timeout(around.substituted(provider.timeout)),
        verify=bool(around.substituted(provider.verify_tls)),
        retries=provider.max_retries,
    )


def _headers(provider: HttpProvider, around: Surroundings) -> dict[str, str]:
    return {name.lower(): str(around.substituted(value)) for name, value in provider.headers.items()}


def _checked(url: str) -> str:
    if not is_complete(url):
        raise ActivityFailed(f"expected a URL with http:// or https:// and a host, got {url!r}")
    return url


def _timeout(value: Json) -> tuple[float, float]:
    match value:
        case None:
            return CONNECT_SECONDS, READ_SECONDS
        case [connect, read]:
            return _limit(connect), _limit(read)
        case _:
            return _limit(value), _limit(value)


def _limit(value: Json) -> float:
    return seconds(value, expected="seconds or [connect, read]")


def _exchanged(asked: Request, around: Surroundings, resolver: Resolver) -> Answer:
    from experiments.providers.wire import exchange

    addresses = _addresses(asked, around, resolver)
    sockets = Sockets()
    with around.stop.on_stop(sockets.shut):
        try:
            return exchange(asked, addresses, sockets, BODY_LIMIT)
        finally:
            around.stop.check()  # a socket shut by the stop looks like a short answer, or a broken one


def _addresses(asked: Request, around: Surroundings, resolver: Resolver) -> Sequence[str]:
    """Where the request may go: the policy judges the name, and then each address it leads to."""
    policy, host = around.policy, host_of(asked.url) or ""
    if not policy.allows_url(asked.url):
        raise ActivityFailed(against_url(policy, asked.url))
    if not (asked.verify or policy.unverified_tls):
        raise ActivityFailed(f"{asked.shown}: the policy of this worker does not allow verify_tls: false")
    found = addresses_of(host, resolver=resolver, seconds=asked.timeout[0], stop=around.stop)
    allowed = [address for address in found if policy.allows_address(address)]
    if not allowed:
        raise ActivityFailed(f"{asked.shown}: {against_address(found[0])}")
    return allowed


def _output(answer: Answer) -> dict[str, Json]:
    output: dict[str, Json] = {
        "status": answer.status,
        "headers": dict(answer.headers),
        "body": _decoded(answer),
    }
    return {**output, "truncated": True} if answer.truncated else output


def _decoded(answer: Answer) -> Json:
    kind = next((value for name, value in answer.headers.items() if name.lower() == "content-type"), "")
    if is_json(kind):
        with suppress(ValueError):
            decoded: Json = json.loads(answer.body)
            return decoded
    charset = kind.partition("charset=")[2].partition(";")[0].strip(" \"'") or "utf-8"
    try:
        return answer.body.decode(charset, errors="replace")
    except LookupError:
        return answer.body.decode("utf-8", errors="replace")
