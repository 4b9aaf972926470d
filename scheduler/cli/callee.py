"""What an activity calls, from the words of a person: a function, a URL or a program."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from experiments.discovery import modules
from experiments.discovery.found import Found
from experiments.discovery.ours import ours
from experiments.discovery.page import MISSING
from experiments.format.accepts import Accepts, Plain
from experiments.format.library import Argument
from experiments.format.problem import suggestion
from experiments.library import owns
from experiments.model import ActivityKind
from scheduler.cli.asking import WrongAnswer

_FUNCTION = re.compile(r"\w+(\.\w+)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Callee:
    """A provider without its arguments, and what is worth proposing for the rest."""

    name: str
    provider: dict[str, Any]
    kind: ActivityKind | None = None  #: None: it may be either
    given: tuple[Argument, ...] = ()
    tolerance: str = ""
    doc: str = ""


def callee(answer: str, functions: Mapping[str, Found]) -> Callee:
    """`module.function` or the function's own name where that is clear, a URL, or a command line.

    A function that is neither ours nor offered is imported to learn its arguments.
    """
    if answer in functions:
        return _function(functions[answer])
    if short := [each for each in functions.values() if each.name == answer]:
        if short[1:]:
            raise WrongAnswer(f"{answer} is in {' and in '.join(each.module for each in short)}; say which")
        return _function(short[0])
    if "://" in answer:
        return _request(answer)
    return _named(answer, functions) if _FUNCTION.fullmatch(answer) else _program(answer, functions)


def _named(answer: str, functions: Mapping[str, Found]) -> Callee:
    if not owns(answer):
        try:
            found = modules.discover(answer).activities
        except modules.NotThere as wrong:
            raise WrongAnswer(f"{wrong}{suggestion(answer, functions)}") from wrong
        except modules.NotDiscovered as wrong:
            raise WrongAnswer(str(wrong)) from wrong
        if [f"{each.module}.{each.name}" for each in found] == [answer]:
            return _function(found[0])
        raise WrongAnswer(f"{answer} is a module; add one of {', '.join(each.name for each in found)}")
    known = [each for each in ours(answer) if f"{each.module}.{each.name}" == answer]
    missing = f"{answer} is known, but {MISSING}" if known else f"no activity {answer!r}"
    raise WrongAnswer(f"{missing}{suggestion(answer, functions)}")


def _function(found: Found) -> Callee:
    own = owns(found.module)
    return Callee(
        name=found.name.replace("_", "-"),
        provider={"type": "python", "module": found.module, "func": found.name},
        kind=found.kind if own or found.kind is ActivityKind.PROBE else None,
        given=found.signature.given,
        tolerance=_expected(found.returns),
        doc=found.summary,
    )


def _request(answer: str) -> Callee:
    url = urlsplit(answer)
    if url.scheme not in ("http", "https") or not url.netloc:
        raise WrongAnswer(f"expected a URL like http://shop.example.com/, found {answer!r}")
    provider = {"type": "http", "url": answer, "timeout": 5}
    return Callee(name=f"get-{url.hostname}", provider=provider, kind=ActivityKind.PROBE, tolerance="200")


def _program(answer: str, functions: Mapping[str, Found]) -> Callee:
    try:
        path, *arguments = shlex.split(answer)
    except ValueError as wrong:
        raise WrongAnswer(f"expected a command line: {wrong}") from wrong
    if shutil.which(path) is None:
        names = [*functions, *(each.name for each in functions.values())]
        raise WrongAnswer(f"no function, URL or program is called {path!r}{suggestion(path, names)}")
    provider = {"type": "process", "path": path, "arguments": arguments}
    return Callee(name=path.rpartition("/")[2], provider=provider, tolerance="0")


def _expected(returns: Accepts | None) -> str:
    return "true" if returns is Plain.TRUTH else ""
