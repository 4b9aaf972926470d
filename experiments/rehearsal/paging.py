"""Lists in pages, with tokens that only the server reads.

The real server shows every page as of the version of the first; here a later page shows what is there now.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass

from experiments.rehearsal.kinds import Json
from experiments.rehearsal.status import bad_request


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some items of a list, the version it has, and where the next page begins."""

    items: Sequence[Json]
    version: int
    next_token: str = ""
    #: How many items follow; told only for lists without a selector.
    remaining: int | None = None


def page(items: Sequence[Json], version: int, limit: int, token: str, *, told: bool) -> Page:
    """The `limit` items after the last one that the token's page held; without a limit all of them."""
    begun, after = _read(token) if token else (version, ("", ""))
    rest = [item for item in items if _place(item) > after]
    if not limit or len(rest) <= limit:
        return Page(items=rest, version=begun)
    shown = rest[:limit]
    remaining = len(rest) - limit if told else None
    return Page(items=shown, version=begun, next_token=_token(begun, shown[-1]), remaining=remaining)


def _place(item: Json) -> tuple[str, str]:
    return item["metadata"].get("namespace", ""), item["metadata"]["name"]


def _token(version: int, last: Json) -> str:
    return base64.urlsafe_b64encode(json.dumps([version, *_place(last)]).encode()).decode()


def _read(token: str) -> tuple[int, tuple[str, str]]:
    try:
        version, namespace, name = json.loads(base64.urlsafe_b64decode(token))
    except ValueError:
        raise bad_request("continue key is not valid") from None
    return int(version), (str(namespace), str(name))
