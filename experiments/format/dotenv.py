"""A `.env` file as variables: `NAME=VALUE` lines, comments, `export`, quotes.

Nothing is put into the process's environment. Values are secrets more often than not: no problem
shows one.
"""

from __future__ import annotations

import re

from experiments.format.lines import split
from experiments.format.problem import Position, Problem, Severity

_LINE = re.compile(r"(?:export\s+)?([^\s='\"\0]+)\s*=\s*(.*)")
#: A quoted value, and nothing but a comment behind it.
_QUOTED = re.compile(r"""(?:'(?P<literal>[^']*)'|"(?P<escaped>(?:[^"\\]|\\.)*)")\s*(?:#.*)?""")
_ESCAPE = re.compile(r"\\(.)")
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}


def parse_dotenv(text: str, name: str) -> tuple[dict[str, str], list[Problem]]:
    """The variables, of two with one name the later one, and a problem for each line that is none.

    Without quotes a value is the rest of the line, as Chaos Toolkit reads it, also behind a `#`. In double
    quotes a backslash escapes, in single quotes nothing does; a value ends with its line.
    """
    variables: dict[str, str] = {}
    problems: list[Problem] = []
    for number, line in enumerate(split(text), start=1):
        said, at = line.strip(), Position(line=number, column=len(line) - len(line.lstrip()) + 1)
        if not said or said.startswith("#"):
            continue
        pair = _LINE.fullmatch(said)
        if pair is None:
            problems.append(
                Problem(file=name, at=at, message="expected NAME=VALUE, found a line that is none")
            )
            continue
        value, remark = _value(pair[2])
        if remark:
            severity = Severity.ERROR if value is None else Severity.WARNING
            problems.append(Problem(file=name, at=at, message=f"{pair[1]}: {remark}", severity=severity))
        variables[pair[1]] = value or ""
    return variables, problems


def _value(text: str) -> tuple[str | None, str]:
    """The value and what to say of it; None where it is none."""
    if "\0" in text:
        return None, "expected a value without a NUL"
    if text.startswith(("'", '"')):
        quoted = _QUOTED.fullmatch(text)
        if quoted is None:
            return None, 'expected a closing quote at the end of the line; escape one inside as \\"'
        literal = quoted["literal"]
        return (_ESCAPE.sub(_unescaped, quoted["escaped"]) if literal is None else literal), ""
    commented = " #" in text or "\t#" in text
    return text, "the '#' is a part of the value; quote the value if it begins a comment" if commented else ""


def _unescaped(found: re.Match[str]) -> str:
    return _ESCAPED.get(found[1], found[1])
