"""Redirects: followed on the same server only, so that a list of allowed hosts means what it says."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

if TYPE_CHECKING:
    from experiments.providers.wire import Answer, Request

#: In a row, for one request.
REDIRECTS = 5


def is_complete(url: str) -> bool:
    """Whether it has a scheme that we speak, a host, and a port that can be one."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # brackets or a port that are none
        return False


def target(asked: Request, answer: Answer) -> str:
    """Where the answer sends whoever asked, on whatever server; empty where it sends nowhere."""
    redirects = answer.status in (301, 302, 303, 307, 308) and asked.method in ("GET", "HEAD")
    location = answer.headers.get("Location", answer.headers.get("location", "")) if redirects else ""
    with suppress(ValueError):
        return urljoin(asked.url, location) if location else ""
    return ""


def following(asked: Request, answer: Answer) -> str:
    """Where the answer leads; empty where it leads nowhere or must not be followed."""
    leads = target(asked, answer)
    return leads if leads and is_same_server(asked.url, leads) else ""


def is_same_server(asked: str, following: str) -> bool:
    """Headers may hold secrets, so they stay with whom they were meant for."""
    if not is_complete(following):
        return False
    here, there = urlsplit(asked), urlsplit(following)
    encrypted_now = (here.scheme, there.scheme) == ("http", "https")
    unmoved = (here.scheme, here.port) == (there.scheme, there.port)
    return here.hostname == there.hostname and (unmoved or encrypted_now)
