"""Where the `arguments` of a request go, as Chaos Toolkit sends them: into the query or into the body."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from experiments.model import Json

FORM = "application/x-www-form-urlencoded"


def with_query(url: str, arguments: Json) -> str:
    """The URL asked for; text is a query as it stands."""
    if not arguments:
        return url
    parts = urlsplit(url)
    query = "&".join(filter(None, (parts.query, _form(arguments))))
    return parts._replace(query=query).geturl()


def with_body(arguments: Json, headers: Mapping[str, str]) -> tuple[dict[str, str], bytes | None]:
    """The headers and the body: JSON where the headers say so, text as it stands, everything else a form."""
    said = headers.get("content-type")
    if said is not None and is_json(said) and arguments is not None:
        return dict(headers), json.dumps(arguments).encode()
    if not arguments:
        return dict(headers), None
    if isinstance(arguments, str):
        return dict(headers), arguments.encode()
    return {"content-type": FORM, **headers}, _form(arguments).encode()


def is_json(content_type: str) -> bool:
    """Whether it names JSON or one of its dialects, with whatever parameters."""
    kind = content_type.partition(";")[0].strip().lower()
    return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))


def _form(arguments: Json) -> str:
    """Pairs; what is null is left out, a list is its key again and again."""
    pairs = list(arguments.items()) if isinstance(arguments, dict) else _pairs(arguments)
    if pairs is None:
        return str(arguments)
    said = [(str(name), each) for name, value in pairs for each in _each(value) if each is not None]
    return urlencode(said)


def _pairs(arguments: Json) -> list[tuple[Json, Json]] | None:
    """A list of pairs is a form too; None where it is none."""
    if not isinstance(arguments, list):
        return None
    pairs = [(each[0], each[1]) for each in arguments if isinstance(each, list) and len(each) == 2]
    return pairs if len(pairs) == len(arguments) else None


def _each(value: Json) -> list[Json]:
    return list(value) if isinstance(value, list | dict) else [value]
