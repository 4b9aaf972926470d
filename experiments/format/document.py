"""A file as plain data in which every key and value knows its line and column.

Whatever is wrong with the text itself is found here: encoding, syntax, duplicate keys, aliases that
grow, more than one document. What the data means is for others. An experiment may be read as Chaos
Toolkit reads it: what is merely a surprise there is a warning then, and means what it means there.
"""

from __future__ import annotations

import json as jsonlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from experiments.format.expansion import Expansion, Place
from experiments.format.lines import Lines, Rewritten
from experiments.format.nodes import DEPTH_LIMIT, Unreadable, compose
from experiments.format.problem import Position, Problem, Severity
from experiments.model import Json

#: Bytes of one file: what fits into a ConfigMap.
SIZE_LIMIT = 1024 * 1024
#: What JSON writes otherwise than YAML can read it: surrogate pairs, and characters that YAML wants escaped.
_JSONS_OWN = re.compile(
    r"((?<!\\)(?:\\\\)*)(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    r"|[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One file, read."""

    file: str
    data: Json
    values: Mapping[Place, Position] = field(default_factory=dict[Place, Position])
    keys: Mapping[Place, Position] = field(default_factory=dict[Place, Position])
    #: What a person should know of the text itself.
    warnings: tuple[Problem, ...] = ()

    def at(self, *path: str | int) -> Position:
        """Where the value stands; the nearest parent's place when there is none."""
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, Position())

    def key_at(self, *path: str | int) -> Position:
        """Where the key of a value stands; for an item of a list, the item."""
        return self.keys.get(path) or self.at(*path)


def read_document(
    path: Path, *, name: str | None = None, as_chaos_toolkit: bool = False
) -> Document | list[Problem]:
    """The file's data with positions, or every reason why it cannot be read; never raises."""
    name = str(path) if name is None else name
    text = read_text(path, name)
    if isinstance(text, Problem):
        return [text]
    return parse_document(text, name=name, json=path.suffix == ".json", as_chaos_toolkit=as_chaos_toolkit)


def read_text(path: Path, name: str) -> str | Problem:
    """The file as text, or why it is none; never raises."""
    try:
        with path.open("rb") as file:
            content = file.read(SIZE_LIMIT + 1)
    except (OSError, ValueError) as wrong:
        cause = (isinstance(wrong, OSError) and wrong.strerror) or wrong
        return Problem(file=name, message=f"cannot be read: {cause}")
    return text_of(content, name)


def text_of(content: bytes, name: str) -> str | Problem:
    """UTF-8 within the size that is allowed."""
    if len(content) > SIZE_LIMIT:
        return Problem(file=name, message=f"larger than {SIZE_LIMIT} bytes; split it")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        before = content[: wrong.start].decode("utf-8-sig", errors="replace")
        at = Lines(before).at(len(before))
        return Problem(file=name, at=at, message="not UTF-8 text; save the file as UTF-8")


def parse_document(
    text: str, *, name: str, json: bool = False, as_chaos_toolkit: bool = False
) -> Document | list[Problem]:
    """The text's data with positions, or every reason why there is none."""
    text = text.lstrip("\ufeff")  # the marks of a byte order, which no editor shows
    if not text.strip():
        return [Problem(file=name, message="the file is empty")]
    if json and (problem := _json_problem(text, name)):
        return [problem]
    lines = Rewritten(text, _JSONS_OWN, _as_yaml_writes_it) if json else Lines(text)
    try:
        root = compose(lines)
    except Unreadable as wrong:
        return [Problem(file=name, at=wrong.at, message=str(wrong))]
    if root is None:
        return [Problem(file=name, message="the file is empty")]
    expansion = Expansion(name, json=json, as_chaos_toolkit=as_chaos_toolkit)
    data = expansion.value(root, ())
    problems = sorted(set(expansion.problems), key=lambda each: (each.at.line, each.at.column))
    if any(each.severity is Severity.ERROR for each in problems):
        return problems
    return Document(
        file=name, data=data, values=expansion.values, keys=expansion.keys, warnings=tuple(problems)
    )


def _json_problem(text: str, name: str) -> Problem | None:
    try:
        jsonlib.loads(text)
    except jsonlib.JSONDecodeError as wrong:
        at = Lines(text).at(wrong.pos)
        return Problem(file=name, at=at, message=f"not JSON: {wrong.msg[:1].lower()}{wrong.msg[1:]}")
    except RecursionError:
        return Problem(file=name, message=f"nested deeper than {DEPTH_LIMIT} levels; flatten it")
    except ValueError:  # a whole number of thousands of digits
        return Problem(file=name, message="not JSON: a number has too many digits")
    return None


def _as_yaml_writes_it(found: re.Match[str]) -> str:
    before, pair = found.groups()
    if pair is None:
        return f"\\u{ord(found[0]):04x}"
    character: str = jsonlib.loads(f'"{pair}"')
    return before + character
