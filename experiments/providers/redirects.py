"""Redirects: followed on the same server only, so that a list of allowed hosts means what it says."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

if TYPE_CHECKING:
    from experiments.providers.wire import Answer, Request

#: In a row, for one request.
REDIRECTS = 5
_ASKING = ("GET", "HEAD")


def is_complete(url: str) -> bool:
    """Whether it has a scheme that we speak, a host, and a port that can be one."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # brackets or a port that are none
        return False


def target(asked: Request, answer: Answer) -> str:
    """Where the answer sends whoever asked, on whatever server; empty where it sends nowhere."""
    location = answer.headers.get("Location", answer.headers.get("location", ""))
    if not location or not _may_be_followed(asked.method, answer.status):
        return ""
    with suppress(ValueError):
        return urljoin(asked.url, location)
    return ""


def following(asked: Request, answer: Answer) -> Request | None:
    """What to ask next; None where the answer leads nowhere or must not be followed.

    Behind what was sent stands a page to look at: a GET without what was sent.
    """
    leads = target(asked, answer)
    if not leads or not is_same_server(asked.url, leads):
        return None
    if asked.method in _ASKING:
        return replace(asked, url=leads)
    headers = {name: value for name, value in asked.headers.items() if name != "content-type"}
    return replace(asked, method="GET", url=leads, headers=headers, body=None)


def _may_be_followed(method: str, status: int) -> bool:
    """What was sent is never sent again, so only the statuses that ask for a GET are followed then."""
    if method in _ASKING:
        return status in (301, 302, 303, 307, 308)
    return status in (302, 303) or (status == 301 and method == "POST")


def is_same_server(asked: str, following: str) -> bool:
    """Headers may hold secrets, so they stay with whom they were meant for."""
    if not is_complete(following):
        return False
    here, there = urlsplit(asked), urlsplit(following)
    encrypted_now = (here.scheme, there.scheme) == ("http", "https")
    unmoved = (here.scheme, here.port) == (there.scheme, there.port)
    return here.hostname == there.hostname and (unmoved or encrypted_now)
