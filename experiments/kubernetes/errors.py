"""What can go wrong between us and an API server, each with one sentence.

GatewayError
    NotConfigured       no way to any cluster
    OutOfBounds         a namespace that this process has no business in; nothing was asked
    Unauthorized        401, also with a token read again
    Forbidden           403
    NotFound            404: the object, or its whole kind
    Conflict            409: somebody changed it since it was read
        Replaced        another object of the same name is there now
    Gone                410: a list that cannot be continued
    TooManyRequests     429
    Rejected            any other 4xx
    Unavailable         5xx, no connection, no answer
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from experiments.failures import ActivityFailed
from experiments.shapes import NOTHING


class GatewayError(ActivityFailed):
    """The API server, or the way to it, did not do what was asked."""


class NotConfigured(GatewayError):
    """There is no cluster to talk to."""


class OutOfBounds(GatewayError):
    """Refused by ourselves before any request."""


class Unauthorized(GatewayError):
    """Our credentials are not accepted."""


class Forbidden(GatewayError):
    """Our account has no right to this."""


class NotFound(GatewayError):
    """There is no such object, or no such kind of object."""


class Conflict(GatewayError):
    """The object changed since it was read: read it again."""


class Replaced(Conflict):
    """The object is gone; one with the same name and another uid is in its place."""


class Gone(GatewayError):
    """The list is too old to be continued: start again."""


class Rejected(GatewayError):
    """The request makes no sense to the API server."""


class TooManyRequests(GatewayError):
    """Come back after `retry_after` seconds."""

    def __init__(self, sentence: str, retry_after: float) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class Unavailable(GatewayError):
    """No answer that means anything; `maybe_applied` says whether a write may have happened all the same."""

    def __init__(self, sentence: str, *, maybe_applied: bool) -> None:
        super().__init__(sentence)
        self.maybe_applied = maybe_applied


_BY_STATUS: Mapping[int, type[GatewayError]] = {
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    410: Gone,
}


def refusal(code: int, answer: Mapping[str, Any], asked: str, retry_after: str = "") -> GatewayError:
    """The error that an answer with this status code stands for; `asked` says what was wanted."""
    said = " ".join(str(answer.get("message") or answer.get("reason") or "no reason given").split())
    sentence = f"the API server says {code} to {asked}: {said}"
    if code == 429:
        return TooManyRequests(sentence, _seconds(retry_after))
    if code >= 500:
        return Unavailable(sentence, maybe_applied=True)
    if code == 422 and _names_uid(answer):
        return Replaced(sentence)
    return _BY_STATUS.get(code, Rejected)(sentence)


def _names_uid(answer: Mapping[str, Any]) -> bool:
    causes = (answer.get("details") or NOTHING).get("causes") or ()
    return any(cause.get("field") == "metadata.uid" for cause in causes)


def _seconds(text: str) -> float:
    try:
        return max(0.0, float(text))
    except ValueError:
        return 1.0
