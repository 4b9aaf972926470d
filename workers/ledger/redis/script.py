"""A Lua script with names: its KEYS and ARGV lines say what it is given, and the prelude stands before it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha1
from importlib.resources import files

from workers.ledger import leases

CONSTANTS = {
    "KEEP_SECONDS": leases.KEEP_SECONDS,
    "HISTORY": leases.HISTORY,
    "EVENTS_KEPT": leases.EVENTS_KEPT,
}


@dataclass(frozen=True, slots=True)
class Script:
    """One transition, ready to send."""

    keys: tuple[str, ...]
    arguments: tuple[str, ...]
    text: str
    sha: str

    def values(self, given: Mapping[str, object]) -> list[str]:
        """The arguments in the script's order; raises `KeyError` when one is missing."""
        return [str(given[name]) for name in self.arguments]


@cache
def script(name: str) -> Script:
    """The script of that name beside this file."""
    folder = files("workers.ledger.redis") / "scripts"
    body = (folder / f"{name}.lua").read_text(encoding="utf-8")
    keys, arguments = _listed(body, "KEYS"), _listed(body, "ARGV")
    lines = [
        *(f"local {constant} = {value}" for constant, value in CONSTANTS.items()),
        f"local K = {{{_table(keys, 'KEYS')}}}",
        f"local A = {{{_table(arguments, 'ARGV')}}}",
        f"local REST_KEYS, REST = {len(keys) + 1}, {len(arguments) + 1}",
        (folder / "prelude.lua").read_text(encoding="utf-8"),
        body,
    ]
    text = "\n".join(lines)
    return Script(keys, arguments, text, sha1(text.encode(), usedforsecurity=False).hexdigest())


def commands(name: str) -> frozenset[str]:
    """What that script calls, by itself and by the functions of the prelude that it uses."""
    folder = files("workers.ledger.redis") / "scripts"
    prelude = (folder / "prelude.lua").read_text(encoding="utf-8")
    functions = {text.partition("(")[0]: text for text in re.split(r"(?m)^local function ", prelude)[1:]}
    used = (folder / f"{name}.lua").read_text(encoding="utf-8")
    while mentioned := set(re.findall(r"\w+", used)) & functions.keys():
        used += "".join(functions.pop(each) for each in mentioned)
    return frozenset(re.findall(r"redis\.call\('([A-Z]+)'", used))


def _listed(body: str, what: str) -> tuple[str, ...]:
    line = re.search(rf"^-- {what}: (.*)$", body, re.MULTILINE)
    return tuple(line[1].split()) if line else ()


def _table(names: tuple[str, ...], source: str) -> str:
    return ", ".join(f"{name} = {source}[{index}]" for index, name in enumerate(names, 1))
