"""Options that may stand without their value: `--dry FILE` beside `--dry actions FILE`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import click


@dataclass(frozen=True, slots=True)
class Optional:
    """What the option means alone, and which next word is its value."""

    alone: str
    takes: Callable[[str], bool]


class OptionalValues(click.Command):
    """A command that knows which of its options these are."""

    def __init__(self, *args: Any, optional: Mapping[str, Optional], **settings: Any) -> None:
        super().__init__(*args, **settings)
        self._optional = optional

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, list(joined(args, self._optional)))


def joined(words: list[str], optional: Mapping[str, Optional]) -> Iterator[str]:
    """The words of a command line, each of these options with its value in one word."""
    rest = iter(enumerate(words))
    for at, word in rest:
        if word == "--":
            yield from words[at:]
            return
        if word not in optional:
            yield word
            continue
        option, following = optional[word], words[at + 1 : at + 2]
        if following and option.takes(following[0]):
            next(rest)
            yield f"{word}={following[0]}"
        else:
            yield f"{word}={option.alone}"
