"""`${name}` replaced as Chaos Toolkit does it: alone it keeps the value's type, inside text it becomes text.

`$$` is a dollar sign, an unknown name stays as it is, keys of mappings are never touched. Ours is
`${name.key.0}`, a part of an output that an activity saved; for anything else a dot ends the name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from copy import deepcopy
from string import Template

from experiments.model import Json

_NAME, _PARTS = r"(?a:[_a-z][_a-z0-9]*)", r"(?:\.[^.${}]+)*"
_ALONE = re.compile(rf"\$\{{({_NAME})\}}", re.IGNORECASE)
_ALONE_IN_PARTS = re.compile(rf"\$\{{({_NAME}{_PARTS})\}}", re.IGNORECASE)
_NOTHING: Mapping[str, Json] = {}


class _InParts(Template):
    """The same syntax, with parts behind a name in braces."""

    braceidpattern = _NAME + _PARTS


def substitute(value: Json, names: Mapping[str, Json], saved: Mapping[str, Json] = _NOTHING) -> Json:
    """The value with every known name replaced, in lists and mappings too.

    `names` win over `saved`, whose values are copied. A part that is not there stays as it is.
    """
    if isinstance(value, str):
        return _substituted(value, names, saved) if "$" in value else value
    if isinstance(value, dict):
        return {key: substitute(item, names, saved) for key, item in value.items()}
    if isinstance(value, list):
        return [substitute(item, names, saved) for item in value]
    return value


def has_reference(value: Json) -> bool:
    """Whether the value is text in which something may be substituted."""
    return isinstance(value, str) and "$" in value


def is_reference(value: Json) -> bool:
    """Whether the value is exactly one `${name}` or `${name.part}`, so that any type may come of it."""
    return isinstance(value, str) and _ALONE_IN_PARTS.fullmatch(value) is not None


def _substituted(text: str, names: Mapping[str, Json], saved: Mapping[str, Json]) -> Json:
    alone = _ALONE.fullmatch(text)
    if alone and alone[1] in names:
        return names[alone[1]]
    if not saved:
        return Template(text).safe_substitute(names)
    template = _InParts(text)
    known = _known(template.get_identifiers(), names, saved)
    alone = _ALONE_IN_PARTS.fullmatch(text)
    if alone and alone[1] in known:
        return deepcopy(known[alone[1]])
    return template.safe_substitute(known)


def _known(asked: Iterable[str], names: Mapping[str, Json], saved: Mapping[str, Json]) -> dict[str, Json]:
    """Those of the names asked for that stand for something."""
    known: dict[str, Json] = {}
    for name in asked:
        first, *parts = name.split(".")
        try:
            known[name] = names[name] if name in names else _part(saved[first], parts)
        except LookupError:
            continue
    return known


def _part(value: Json, parts: Iterable[str]) -> Json:
    """What keys and indexes lead to; raises `LookupError` where they lead nowhere."""
    for part in parts:
        if isinstance(value, dict):
            value = value[part]
        elif isinstance(value, list) and part.isascii() and part.isdecimal():
            value = value[int(part)]
        else:
            raise LookupError(part)
    return value
