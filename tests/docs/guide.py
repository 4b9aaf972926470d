"""What docs/experiments.md has in it: files, commands with what they print, and tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "experiments.md").read_text()
#: The port in the guide.
PORT = "8000"
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command as a person types it, and what the guide says it prints."""

    line: str
    printed: str


def blocks(kind: str) -> list[str]:
    """What is fenced as yaml, python, or as nothing."""
    return [text for found, text in _BLOCK.findall(TEXT) if found == kind]


def files() -> dict[str, str]:
    """The files that the guide writes out, by the name in their first line."""
    named = [(re.match(r"# ([\w.]+)\n", text), text) for text in (*blocks("yaml"), *blocks("python"))]
    return {name[1]: text for name, text in named if name}


def fragments() -> list[str]:
    """Parts of experiments, without a title."""
    return [text for text in blocks("yaml") if not text.startswith("# ")]


def commands() -> list[Command]:
    """Those behind a prompt."""
    return [command for text in blocks("") for command in _commands(text)]


def section(title: str) -> str:
    """From its heading to the next one of its kind."""
    level, _, _ = title.partition(" ")
    begins = TEXT.index(f"\n{title}\n") + 1
    ends = TEXT.find(f"\n{level} ", begins)
    return TEXT[begins : ends if ends > 0 else None]


def rows(text: str) -> list[list[str]]:
    """The cells of every table in the text, headings left out."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    heads = {at - 1 for at, line in enumerate(lines) if set(line) <= set("|- ")}
    return [
        [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        for at, line in enumerate(lines)
        if at not in heads and not set(line) <= set("|- ")
    ]


def _commands(text: str) -> Iterator[Command]:
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        line, _, printed = part.partition("\n")
        yield Command(line=line, printed=printed)
