"""A file as plain data in which every key and value knows its line and column.

Whatever is wrong with the text itself is found here: encoding, syntax, duplicate keys, aliases that
grow, more than one document. What the data means is for others.
"""

from __future__ import annotations

import json as jsonlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from experiments.format.nodes import DEPTH_LIMIT, Alias, Items, Node, Pairs, Scalar, Unreadable, compose
from experiments.format.problem import Position, Problem, shown
from experiments.format.scalars import NotAValue, resolve, resolve_tagged, written
from experiments.model import Json

#: Bytes of one file: what fits into a ConfigMap.
SIZE_LIMIT = 1024 * 1024
Place: TypeAlias = "tuple[str | int, ...]"
_SURROGATES = re.compile(r"((?<!\\)(?:\\\\)*)(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One file, read."""

    file: str
    data: Json
    values: Mapping[Place, Position] = field(default_factory=dict)
    keys: Mapping[Place, Position] = field(default_factory=dict)

    def at(self, *path: str | int) -> Position:
        """Where the value stands; the nearest parent's place when there is none."""
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, Position())

    def key_at(self, *path: str | int) -> Position:
        """Where the key of a value stands; for an item of a list, the item."""
        return self.keys.get(path) or self.at(*path)


def read_document(path: Path, *, name: str | None = None) -> Document | list[Problem]:
    """The file's data with positions, or every reason why it cannot be read; never raises."""
    name = str(path) if name is None else name
    try:
        with path.open("rb") as file:
            content = file.read(SIZE_LIMIT + 1)
    except OSError as wrong:
        return [Problem(file=name, message=f"cannot be read: {wrong.strerror or wrong}")]
    if len(content) > SIZE_LIMIT:
        return [Problem(file=name, message=f"larger than {SIZE_LIMIT} bytes; split it")]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        before = content[: wrong.start].decode("utf-8-sig", errors="replace")
        at = Position(line=before.count("\n") + 1, column=len(before) - before.rfind("\n"))
        return [Problem(file=name, at=at, message="not UTF-8 text; save the file as UTF-8")]
    return parse_document(text, name=name, json=path.suffix == ".json")


def parse_document(text: str, *, name: str, json: bool = False) -> Document | list[Problem]:
    """The text's data with positions, or every reason why there is none."""
    if not text.strip():
        return [Problem(file=name, message="the file is empty")]
    if json and (problem := _json_problem(text, name)):
        return [problem]
    try:
        root = compose(_json_as_yaml(text) if json else text)
    except Unreadable as wrong:
        return [Problem(file=name, at=wrong.at, message=str(wrong))]
    if root is None:
        return [Problem(file=name, message="the file is empty")]
    expansion = _Expansion(name, json=json)
    data = expansion.value(root, ())
    if expansion.problems:
        return sorted(set(expansion.problems), key=lambda each: (each.at.line, each.at.column))
    return Document(file=name, data=data, values=expansion.values, keys=expansion.keys)


class _Expansion:
    """Turns nodes into data and notes where each value stood."""

    def __init__(self, file: str, *, json: bool) -> None:
        self.problems: list[Problem] = []
        self.values: dict[Place, Position] = {}
        self.keys: dict[Place, Position] = {}
        self._file = file
        self._json = json

    def value(self, node: Node, place: Place) -> Json:
        self.values[place] = node.at
        target = node.target if isinstance(node, Alias) else node
        match target:
            case Scalar():
                return self._scalar(target)
            case Items():
                self._refuse_tag(target, "seq")
                return [self.value(item, (*place, index)) for index, item in enumerate(target.items)]
            case Pairs():
                self._refuse_tag(target, "map")
                return self._mapping(target, place)

    def _scalar(self, node: Scalar) -> Json:
        try:
            if node.tag:
                return resolve_tagged(node.text, node.tag)
            value = resolve(node.text) if node.plain else node.text
        except NotAValue as wrong:
            self._problem(node.at, str(wrong))
            return None
        if self._json and node.plain and isinstance(value, str):
            self._problem(node.at, f"not JSON: expected a value, found {shown(node.text)}")
        return value

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
            self._problem(key.at, f"duplicate key {name!r}; the first is at line {first}, keep one of them")
            return
        self.keys[inner] = key.at
        data[name] = self.value(value, inner)

    def _key(self, node: Node) -> str | None:
        target = node.target if isinstance(node, Alias) else node
        if not isinstance(target, Scalar):
            self._problem(node.at, "expected text as a key, found a list or a mapping")
            return None
        name = self._scalar(target)
        if isinstance(name, str):
            return name
        self._problem(node.at, f"expected text as a key, found {shown(target.text)}; quote it")
        return None

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

    def _problem(self, at: Position, message: str) -> None:
        self.problems.append(Problem(file=self._file, at=at, message=message))


def _is_merge(key: Node) -> bool:
    return isinstance(key, Scalar) and key.plain and not key.tag and key.text == "<<"


def _json_problem(text: str, name: str) -> Problem | None:
    try:
        jsonlib.loads(text)
    except jsonlib.JSONDecodeError as wrong:
        at = Position(line=wrong.lineno, column=wrong.colno)
        return Problem(file=name, at=at, message=f"not JSON: {wrong.msg[:1].lower()}{wrong.msg[1:]}")
    except RecursionError:
        return Problem(file=name, message=f"nested deeper than {DEPTH_LIMIT} levels; flatten it")
    except ValueError:  # a whole number of thousands of digits
        return Problem(file=name, message="not JSON: a number has too many digits")
    return None


def _json_as_yaml(text: str) -> str:
    """The same JSON, spelled as YAML reads it: no surrogate pairs, and no line breaks that only YAML knows."""
    whole = _SURROGATES.sub(lambda found: found[1] + str(jsonlib.loads(f'"{found[2]}"')), text)
    return whole.replace("\x85", "\\u0085").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
