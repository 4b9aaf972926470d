"""The Procfile: which processes make up Cowbane, in the order in which they start."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from string import Template

#: What `cowbane up` runs where the current folder has no Procfile; a test keeps it in step with ours.
DEFAULT = """\
redis: python -m workers.embedded
notifier: celery -A workers.app worker -Q cowbane-notify --pool threads --concurrency 2 \
--hostname notifier@%h --without-gossip --without-mingle --without-heartbeat --loglevel INFO
worker: celery -A workers.app worker -Q $COWBANE_QUEUES --concurrency 4 \
--hostname worker@%h --without-gossip --without-mingle --without-heartbeat --loglevel INFO
beat: celery -A workers.app beat -S cowbane --loglevel INFO
"""


class ProcfileError(Exception):
    """A Procfile that cannot be used; one line with its line number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One process: its name and its words, with the environment's values already in."""

    name: str
    words: tuple[str, ...]


def read(text: str, environment: Mapping[str, str], *, without: Iterable[str] = ()) -> tuple[Program, ...]:
    """The programs in order, `$NAME` replaced, no shell involved; raises `ProcfileError`."""
    left_out = set(without)
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1)]
    used = [(number, line) for number, line in lines if line and not line.startswith("#")]
    programs = [_program(number, line, environment) for number, line in used]
    return tuple(each for each in programs if each.name not in left_out)


def _program(number: int, line: str, environment: Mapping[str, str]) -> Program:
    name, colon, command = line.partition(":")
    if not colon or not name.strip() or not command.strip():
        raise ProcfileError(f"Procfile:{number}: expected `name: command`, found {line!r}")
    try:
        words = tuple(Template(word).substitute(environment) for word in shlex.split(command))
    except KeyError as missing:
        raise ProcfileError(f"Procfile:{number}: expected ${missing.args[0]} in the environment") from missing
    except ValueError as wrong:
        raise ProcfileError(f"Procfile:{number}: {wrong} in {command.strip()!r}") from wrong
    return Program(name=name.strip(), words=words)
