"""How much of one output a journal keeps: a page of a megabyte is read by nobody and fills a ledger."""

from __future__ import annotations

from dataclasses import dataclass

from experiments.model import Json

#: Characters of one output, counted over all its texts, keys and values.
LONGEST_OUTPUT = 1024 * 1024
#: What a number, or the frame of a list, counts.
_LEAF = 8


def cut(output: Json, longest: int = LONGEST_OUTPUT) -> tuple[Json, str]:
    """The output as long as the journal keeps it, and a note if anything is missing; its shape stays.

    Texts are cut at their end, lists and mappings after their first items. What is short enough is
    given back as it is. Secrets must be gone before: half of one is known to no redactor.
    """
    if not _exceeds(output, longest):
        return output, ""
    return _Room(longest).kept(output), f"the output is cut: a journal keeps {longest} characters of it"


def _exceeds(output: Json, longest: int) -> bool:
    """Told without a copy: nearly every output is short."""
    left, rest = longest, [output]
    while rest and left >= 0:
        value = rest.pop()
        if isinstance(value, str):
            left -= len(value)
        elif isinstance(value, dict):
            left -= _LEAF + sum(map(len, value))
            rest.extend(value.values())
        elif isinstance(value, list):
            left -= _LEAF
            rest.extend(value)
        else:
            left -= _LEAF
    return left < 0


@dataclass(slots=True)
class _Room:
    """What is left for the rest of one output."""

    left: int
    full: bool = False

    def kept(self, value: Json) -> Json:
        match value:
            case str():
                return self._text(value)
            case list():
                return self._list(value)
            case dict():
                return self._dict(value)
            case _:
                self._take(_LEAF)
                return value

    def _take(self, size: int) -> None:
        self.left -= size
        self.full = self.full or self.left < 0

    def _text(self, value: str) -> str:
        kept = value[: max(0, self.left)]
        self._take(len(value))
        return value if len(kept) == len(value) else f"{kept}..."

    def _list(self, value: list[Json]) -> list[Json]:
        self._take(_LEAF)
        kept: list[Json] = []
        for number, item in enumerate(value):
            if self.full:
                return [*kept, f"... and {len(value) - number} more"]
            kept.append(self.kept(item))
        return kept

    def _dict(self, value: dict[str, Json]) -> dict[str, Json]:
        self._take(_LEAF)
        kept: dict[str, Json] = {}
        for number, (key, item) in enumerate(value.items()):
            self._take(len(key))
            if self.full:
                return {**kept, "...": f"and {len(value) - number} more"}
            kept[key] = self.kept(item)
        return kept
