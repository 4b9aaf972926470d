"""YAML text as a tree of nodes with positions, within limits that no file of ours needs to exceed.

The tree is built from parser events, not by the library's composer: that one recurses in C and
crashes the process on 300 kB of `[`, and it forgets where an alias stood.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

import yaml

from experiments.format.lines import Lines
from experiments.format.problem import Position

#: Levels of nesting; the deepest real experiment has about ten.
DEPTH_LIMIT = 100
#: Keys and values of one file; a thousand activities have about 16,000.
NODE_LIMIT = 50_000
#: Nodes that aliases may repeat in one file, altogether; stops files that grow when expanded.
REPEATED_LIMIT = 20_000
_CORE_TAG = "tag:yaml.org,2002:"
#: What YAML takes for the end of a line.
_BREAKS = "\r\n\x85\u2028\u2029"


@dataclass(slots=True, eq=False)
class Scalar:
    """A word; `tag` is set when the file names its type, `plain` when it is not quoted."""

    at: Position
    text: str
    plain: bool
    tag: str = ""
    size: int = 1


@dataclass(slots=True, eq=False)
class Items:
    """A list."""

    at: Position
    tag: str = ""
    items: list[Node] = field(default_factory=list)
    size: int = 1


@dataclass(slots=True, eq=False)
class Pairs:
    """A mapping, with every pair in the file's order, duplicates included."""

    at: Position
    tag: str = ""
    pairs: list[tuple[Node, Node]] = field(default_factory=list)
    size: int = 1


@dataclass(slots=True, eq=False)
class Alias:
    """`*name`: another node, once more."""

    at: Position
    target: Scalar | Items | Pairs
    size: int


Node: TypeAlias = "Scalar | Items | Pairs | Alias"


class Unreadable(Exception):
    """Text that is not one YAML document within the limits: what is wrong, and where."""

    def __init__(self, message: str, at: Position) -> None:
        super().__init__(message)
        self.at = at


class _Mark(Protocol):
    @property
    def index(self) -> int: ...


def compose(lines: Lines) -> Node | None:
    """The only document of the text, None when it holds nothing; raises `Unreadable`."""
    try:
        return _Composer(lines).document()
    except yaml.reader.ReaderError as wrong:
        before = lines.text.encode()[: wrong.position].decode(errors="ignore")
        message = f"not YAML: the character U+{_code(wrong.character):04X} is not allowed"
        raise Unreadable(message, lines.at(len(before))) from wrong
    except yaml.MarkedYAMLError as wrong:
        raise _syntax_error(lines, wrong) from wrong


class _Composer:
    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._events: Iterator[yaml.Event] = iter(yaml.parse(lines.text, Loader=yaml.CSafeLoader))
        self._anchors: dict[str, Scalar | Items | Pairs] = {}
        self._open: set[str] = set()
        self._repeated = 0
        self._nodes = 0

    def document(self) -> Node | None:
        next(self._events)  # the start of the stream
        start = next(self._events)
        if not isinstance(start, yaml.DocumentStartEvent):
            return None
        root = self._node(next(self._events), depth=1)
        next(self._events)  # the end of the document
        after = next(self._events)
        if isinstance(after, yaml.DocumentStartEvent):
            raise Unreadable(
                "expected one document, found a second one; put it into its own file", self._at(after)
            )
        return root

    def _node(self, event: yaml.Event, depth: int) -> Node:
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        self._nodes += 1
        if self._nodes > NODE_LIMIT:
            raise Unreadable(f"more than {NODE_LIMIT} keys and values; split the file", self._at(event))
        if depth > DEPTH_LIMIT:
            raise Unreadable(f"nested deeper than {DEPTH_LIMIT} levels; flatten it", self._at(event))
        anchor: str | None = getattr(event, "anchor", None)
        if anchor:
            self._open.add(anchor)
        node = self._content(event, depth)
        if anchor:
            self._open.discard(anchor)
            self._anchors[anchor] = node
        return node

    def _content(self, event: yaml.Event, depth: int) -> Scalar | Items | Pairs:
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(self._at(event), event.value, plain=bool(event.implicit[0]), tag=_tag(event))
        if isinstance(event, yaml.SequenceStartEvent):
            return self._items(event, depth)
        return self._pairs(event, depth)

    def _items(self, event: yaml.Event, depth: int) -> Items:
        node = Items(self._at(event), _tag(event))
        while not isinstance(child := next(self._events), yaml.SequenceEndEvent):
            item = self._node(child, depth + 1)
            node.items.append(item)
            node.size += item.size
        return node

    def _pairs(self, event: yaml.Event, depth: int) -> Pairs:
        node = Pairs(self._at(event), _tag(event))
        while not isinstance(child := next(self._events), yaml.MappingEndEvent):
            key = self._node(child, depth + 1)
            value = self._node(next(self._events), depth + 1)
            node.pairs.append((key, value))
            node.size += key.size + value.size
        return node

    def _alias(self, event: yaml.AliasEvent) -> Alias:
        name, at = event.anchor, self._at(event)
        if name in self._open:
            raise Unreadable(f"*{name} contains itself; write the value out", at)
        if name not in self._anchors:
            raise Unreadable(f"*{name} names no anchor above it; expected &{name} before", at)
        target = self._anchors[name]
        self._repeated += target.size
        if self._repeated > REPEATED_LIMIT:
            raise Unreadable(f"aliases repeat more than {REPEATED_LIMIT} values; write fewer of them", at)
        return Alias(at, target, target.size)

    def _at(self, event: yaml.Event) -> Position:
        mark: _Mark | None = event.start_mark
        return self._lines.at(mark.index) if mark else Position()


def _code(character: str | int) -> int:
    return ord(character) if isinstance(character, str) else character


def _tag(event: yaml.Event) -> str:
    """Empty when the file names no type; the core types without their prefix."""
    tag: str = getattr(event, "tag", None) or ""
    return "str" if tag == "!" else tag.removeprefix(_CORE_TAG)


def _syntax_error(lines: Lines, wrong: yaml.MarkedYAMLError) -> Unreadable:
    text = lines.text
    mark: _Mark | None = wrong.problem_mark or wrong.context_mark
    end = len(text.rstrip(_BREAKS))  # where something was open at the end, that is its place
    index = min(mark.index, end) if mark else 0
    line = text[text.rfind("\n", 0, index) + 1 : index + 1]
    hint = "; indent with spaces, not tabs" if "\t" in line else ""
    return Unreadable(f"not YAML: {wrong.problem or 'unreadable'}{hint}", lines.at(index))
