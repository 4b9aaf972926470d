"""Parts of a document that anybody may have written, as what they should be or as nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from experiments.model import Json


def mapping(value: Json) -> Mapping[str, Json]:
    """The object, or an empty one."""
    return value if isinstance(value, dict) else {}


def mappings(value: Json) -> list[Mapping[str, Json]]:
    """The objects of a list."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def words(value: Json) -> str:
    """The text, or an empty one."""
    return value if isinstance(value, str) else ""


def number(value: Json) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def moment(value: Json) -> datetime | None:
    """Aware; a time without a zone is UTC."""
    try:
        at = datetime.fromisoformat(words(value))
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)


def one_line(value: Json, limit: int = 500) -> str:
    """The text on one line that no terminal takes for a command, cut at the limit."""
    line = " ".join(words(value).split())
    cut = line if len(line) <= limit else f"{line[: limit - 3]}..."
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in cut)
