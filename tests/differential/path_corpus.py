"""Paths and documents for the comparison with jsonpath2: grown from its grammar, and broken on purpose.

The same every time: chance comes from a fixed seed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

POD = {
    "kind": "PodList",
    "n": 2,
    "which": "kind",
    "flag": True,
    "nothing": None,
    "wanted": "b",
    "items": [
        {"name": "web-1", "s": {"p": "Running", "r": 0}, "labels": {"app": "web"}, "tags": ["a", "b", "c"]},
        {"name": "web-2", "s": {"p": "Pending", "r": 3.5}, "labels": {}, "tags": []},
        {"name": "db-1", "s": {"p": "Running", "r": 1}, "tags": ["x"]},
    ],
    "a b": {"odd key": 1},
}
DOCUMENTS: list[object] = [
    POD,
    POD["items"],
    {"numbers": [5, 3, 8, 1, 9, 2], "a": {"b": {"a": [{"b": 1}, {"b": [2, 3]}]}}, "n": 1},
    {"a": [True, False, 0, 1, "", "a", None, [], {}], "b": "text", "n": -1},
    {"data": {"result": [{"metric": {"name": "up"}, "value": [1.5, "1"]}, {"metric": {}, "value": []}]}},
    {"status": 200, "headers": {"content-type": "a/b"}, "body": {"foo": [{"baz": "hello"}, {"baz": 2}]}},
    [[1, [2, [3]]], {"a": (1, 2)}, "a", 3, None, b"ab"],
    [],
    {},
    "text",
    7,
    None,
]
#: As people wrote them into experiments, and as the documentation of Chaos Toolkit and jsonpath2 has them.
WRITTEN = [
    '$.Reservations[0].Instances[*][?(@.InstanceId="i-1")].State.Name',
    "$.*.healthy",
    "$.foo.*[?(@.baz)].baz",
    "$.foo[?(@.baz)].baz",
    '$.foo[?(@.baz="hello")]',
    "$.body.foo.*[?(@.baz=2)]",
    "$.foo[*].baz",
    "$.body.foo[*].baz",
    "$.items[*].s.p",
    '$.items[*][?(@.s.p="Running")].name',
    '$.items[*][?(@.s.p="Running" and @.s.r<1)].name',
    '$.items[*][?(not (@.s.p="Pending") or @.s.r=3.5)].name',
    "$.items[length()]",
    "$.items[*].tags[length()]",
    "$.items[*][?(@.tags[length()]=0)].name",
    "$.items[?(@.labels)]",
    "$.items[*][?(@.tags[*] = $.wanted)].name",
    '$.items[*][?(@.tags[*] = "b")].name',
    "$.data.result[*].value[1]",
    '$.data.result[*][?(@.metric.name="up")].value[1]',
    "$..book[-1:]",
    "$..book[0,1]",
    "$..book[*][?(@.price<=10)]",
    "$..name",
    "$..*",
    "$[?(@.flag)].kind",
    "$.numbers[::2]",
    "$.numbers[8:0:-2]",
    "$.numbers[:-9:-1]",
    "$.numbers[1:-1]",
    "$['items']",
    "$.items[?(@.s.p=='Running')]",
    "$.items[?@.s.p]",
    "$.data.result[?metric.name=='up']",
    "$.a-b",
    "$.and",
    '$["and"]',
    "items",
    "",
    '$["a\\"b"]',
    '$["a\\x"]',
    "$.a[01]",
    "$.a[1e0]",
    "$.a[?(1e05)]",
]
_NAMES = ["a", "b", "items", "name", "s", "p", "r", "tags", "numbers", "n", "labels", "body", "foo", "baz"]
_TEXTS = ['"a"', '"Running"', '"items"', '"a b"', '"web-1"', '""', '"\\u0061"', '"x\\"y"']
_NUMBERS = ["0", "1", "2", "-1", "3.5", "-0", "1e0", "10", "-7"]
_VALUES = [*_TEXTS, *_NUMBERS, "true", "false", "null", "[]", '["a", "b", "c"]', "{}", '{"app": "web"}']
_SIGNS = ["=", "!=", "<", "<=", ">", ">="]
_CALLS = [
    "length()",
    "keys()",
    "values()",
    "entries()",
    "charAt(0)",
    "substring(1)",
    "substring(0,$.n)",
    "charAt(@)",
]
_PIECES = [
    *"$@.*=<>[]{}:,()?",
    "..",
    "!=",
    "<=",
    " ",
    "and",
    "or",
    "not",
    *_NAMES[:4],
    *_VALUES,
    *_CALLS,
    "'",
    "&",
]


def paths(amount: int, seed: int = 5) -> Iterator[str]:
    """As many paths: the written ones, then grown ones, every fourth of them broken."""
    chance = Random(seed)
    grown = (_Grower(chance).path() for _ in range(amount - len(WRITTEN)))
    yield from WRITTEN
    for number, path in enumerate(grown):
        yield path if number % 4 else _broken(path, chance)


def _broken(path: str, chance: Random) -> str:
    at, end = sorted(chance.randrange(len(path) + 1) for _ in range(2))
    piece: str = chance.choice(_PIECES)
    return path[:at] + piece + path[min(end, at + chance.randrange(3)) :]


class _Grower:
    """One path, with less and less in it the deeper it goes."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._budget = chance.randrange(2, 9)

    def path(self) -> str:
        return "$" + self._rest()

    def _one(self, *makers: Callable[[], str]) -> str:
        self._budget -= 1
        make = self._chance.choice(makers)
        return make()

    def _rest(self) -> str:
        return "".join(self._step() for _ in range(self._chance.randrange(4)) if self._budget > 0)

    def _step(self) -> str:
        name = self._chance.choice([*_NAMES, "*", "length()"])
        return self._one(
            lambda: f".{name}",
            lambda: f"..{name}",
            lambda: f"[{self._subscripts()}]",
            lambda: f"..[{self._subscripts()}]",
            lambda: f"[*][?({self._expression()})]",
        )

    def _subscripts(self) -> str:
        return ",".join(self._subscript() for _ in range(self._chance.choice([1, 1, 1, 2, 3])))

    def _subscript(self) -> str:
        pick = self._chance.choice
        return self._one(
            lambda: "*",
            lambda: pick(_TEXTS),
            lambda: pick(_NUMBERS),
            lambda: f"{pick(['', *_NUMBERS])}:{pick(['', *_NUMBERS])}",
            lambda: f"{pick(['', *_NUMBERS])}:{pick(['', *_NUMBERS])}:{pick(['', '1', '2', '-1', '-3'])}",
            lambda: f"?({self._expression()})",
            lambda: pick(_CALLS),
            self._operand_path,
        )

    def _expression(self) -> str:
        pick = self._chance.choice
        if self._budget <= 0:
            return f"{self._operand()}{pick(_SIGNS)}{self._operand()}"
        return self._one(
            self._operand,
            lambda: f"{self._operand()} {pick(_SIGNS)} {self._operand()}",
            lambda: f"{self._operand_path()}{pick(_SIGNS)}{self._operand()}",
            lambda: f"{self._expression()} {pick(['and', 'or'])} {self._expression()}",
            lambda: f"not {self._expression()}",
            lambda: f"({self._expression()})",
        )

    def _operand(self) -> str:
        return self._one(self._operand_path, lambda: self._chance.choice(_VALUES))

    def _operand_path(self) -> str:
        return self._chance.choice("@@$") + self._rest()
