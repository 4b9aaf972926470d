"""`${name}` replaced as Chaos Toolkit does it: alone it keeps the value's type, inside text it becomes text.

`$$` is a dollar sign, an unknown name stays as it is, keys of mappings are never touched.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from string import Template

from experiments.model import Json

_ALONE = re.compile(r"\$\{([_a-z][_a-z0-9]*)\}", re.IGNORECASE | re.ASCII)


def substitute(value: Json, names: Mapping[str, Json]) -> Json:
    """The value with every known name replaced, in lists and mappings too."""
    match value:
        case str():
            return _substitute_text(value, names)
        case list():
            return [substitute(item, names) for item in value]
        case dict():
            return {key: substitute(item, names) for key, item in value.items()}
        case _:
            return value


def has_reference(value: Json) -> bool:
    """Whether the value is text in which something may be substituted."""
    return isinstance(value, str) and "$" in value


def is_reference(value: Json) -> bool:
    """Whether the value is exactly one `${name}`, so that any type may come of it."""
    return isinstance(value, str) and _ALONE.fullmatch(value) is not None


def _substitute_text(text: str, names: Mapping[str, Json]) -> Json:
    if "$" not in text:
        return text
    alone = _ALONE.fullmatch(text)
    if alone and alone[1] in names:
        return names[alone[1]]
    return Template(text).safe_substitute(names)
