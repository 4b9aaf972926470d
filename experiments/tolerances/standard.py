"""JSON path as RFC 9535 has it, strictly."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from experiments.shapes import is_dict, is_list
from experiments.tolerances.not_a_path import NotAPath

if TYPE_CHECKING:
    from jsonpath import CompoundJSONPath, JSONPath, JSONPathEnvironment


@lru_cache(maxsize=256)
def compiled(path: str) -> JSONPath | CompoundJSONPath:
    """The path ready to match; raises `NotAPath`."""
    from jsonpath import JSONPathError

    try:
        return _environment().compile(path)
    except JSONPathError as wrong:
        at = wrong.token.index if wrong.token else None
        column = 0 if at is None else len(path) + 1 if at < 0 else at + 1
        raise NotAPath(str(wrong.message), column) from wrong
    except RecursionError as wrong:
        raise NotAPath("too deeply nested") from wrong


def find(path: str, value: object) -> list[object]:
    """Every value that the path selects, in document order; in a bare value only `$` finds something."""
    query = compiled(path)
    if is_dict(value) or is_list(value):
        return list(query.findall(value))
    return [value] if path == "$" else []


@cache
def _environment() -> JSONPathEnvironment:
    from jsonpath import JSONPathEnvironment

    class Environment(JSONPathEnvironment):
        """A text has no items; the library would slice it all the same."""

        def getitem(self, obj: Any, key: Any) -> Any:
            return [] if isinstance(obj, str) else super().getitem(obj, key)

    return Environment(strict=True)
