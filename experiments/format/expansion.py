"""A tree of YAML nodes as plain data, with the place of every key and value.

Aliases are written out, `<<` is merged, duplicate keys and keys that are not text are problems: errors,
or warnings where the text is read as Chaos Toolkit reads it.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TypeAlias

from experiments.format.nodes import Alias, Items, Node, Pairs, Scalar
from experiments.format.problem import Position, Problem, Severity, shown
from experiments.format.scalars import NotAValue, resolve, resolve_tagged, written
from experiments.format.yaml11 import reread
from experiments.model import Json

#: The way from the root to a value: keys and indexes.
Place: TypeAlias = "tuple[str | int, ...]"

_UNSAID = "this is read as Chaos Toolkit reads it, which is not as text; quote it if it is text"


class Expansion:
    """Data, positions and problems of one tree; `value` fills them."""

    def __init__(self, file: str, *, json: bool, as_chaos_toolkit: bool = False) -> None:
        self.problems: list[Problem] = []
        self.values: dict[Place, Position] = {}
        self.keys: dict[Place, Position] = {}
        self._file = file
        self._json = json
        self._lenient = as_chaos_toolkit

    def value(self, node: Node, place: Place = ()) -> Json:
        """The node's data; its place and those of everything in it are noted."""
        self.values[place] = node.at
        target = node.target if isinstance(node, Alias) else node
        match target:
            case Scalar():
                return self._scalar(target, hidden=place[:1] == ("secrets",))
            case Items():
                self._refuse_tag(target, "seq")
                return [self.value(item, (*place, index)) for index, item in enumerate(target.items)]
            case Pairs():
                self._refuse_tag(target, "map")
                return self._mapping(target, place)

    def _scalar(self, node: Scalar, *, hidden: bool = False) -> Json:
        """Its value; what is hidden is not quoted."""
        try:
            if node.tag:
                return resolve_tagged(node.text, node.tag)
            value, surprise = self._word(node.text) if node.plain else (node.text, "")
        except NotAValue as wrong:
            self._problem(node.at, str(wrong))
            return None
        if self._json and node.plain and isinstance(value, str):
            self._problem(node.at, f"not JSON: expected a value, found {shown(node.text)}")
        if surprise:
            self._problem(node.at, _UNSAID if hidden else surprise, Severity.WARNING)
        return value

    def _word(self, word: str) -> tuple[Json, str]:
        """What a plain word stands for, and what to tell of it."""
        return reread(word) if self._lenient and not self._json else (resolve(word), "")

    def _mapping(self, node: Pairs, place: Place) -> dict[str, Json]:
        data: dict[str, Json] = {}
        merged: list[tuple[Node, Node]] = []
        for key, value in node.pairs:
            if _is_merge(key) and not self._json:
                merged += self._merged_pairs(value)
            elif (name := self._key(key)) is not None:
                self._add(data, name, key, value, place)
        for key, value in merged:
            name = self._key(key)
            if name is not None and name not in data:
                self._add(data, name, key, value, place)
        return data

    def _add(self, data: dict[str, Json], name: str, key: Node, value: Node, place: Place) -> None:
        inner = (*place, name)
        if name in data:
            first = self.keys[inner].line
            wrong = f"duplicate key {name!r}; the first is at line {first}, keep one of them"
            if not self._lenient:
                self._problem(key.at, wrong)
                return
            self._problem(key.at, f"{wrong}, this one counts", Severity.WARNING)
        self.keys[inner] = key.at
        data[name] = self.value(value, inner)

    def _key(self, node: Node) -> str | None:
        target = node.target if isinstance(node, Alias) else node
        if not isinstance(target, Scalar):
            self._problem(node.at, "expected text as a key, found a list or a mapping")
            return None
        name: Json = None
        surprise = ""
        with suppress(NotAValue):  # a number without end is no text either
            if target.plain and not target.tag:
                name, surprise = self._word(target.text)
            else:
                name = self._scalar(target)
        if isinstance(name, str) and not surprise:
            return name
        message = f"expected text as a key, found {shown(target.text)}; quote it"
        self._problem(node.at, message, Severity.WARNING if self._lenient else Severity.ERROR)
        return target.text if self._lenient else None

    def _merged_pairs(self, node: Node) -> list[tuple[Node, Node]]:
        """The pairs that `<<` brings in; those of the mapping itself and earlier ones win."""
        target = node.target if isinstance(node, Alias) else node
        if isinstance(target, Items):
            return [pair for item in target.items for pair in self._merged_pairs(item)]
        if not isinstance(target, Pairs):
            self._problem(node.at, "expected a mapping, or a list of them, after <<")
            return []
        own = [pair for pair in target.pairs if not _is_merge(pair[0])]
        inherited = [
            pair for key, value in target.pairs if _is_merge(key) for pair in self._merged_pairs(value)
        ]
        return own + inherited

    def _refuse_tag(self, node: Items | Pairs, expected: str) -> None:
        if node.tag not in ("", expected, "str"):
            self._problem(
                node.at, f"the tag {written(node.tag)} is not supported; write the value without it"
            )

    def _problem(self, at: Position, message: str, severity: Severity = Severity.ERROR) -> None:
        self.problems.append(Problem(file=self._file, at=at, message=message, severity=severity))


def _is_merge(key: Node) -> bool:
    return isinstance(key, Scalar) and key.plain and not key.tag and key.text == "<<"
