"""Durations on the command line, written as in the repo: 30s, 10m, 4h, 2d."""

from __future__ import annotations

import click


class _Duration(click.ParamType[int]):
    name = "duration"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        from scheduler.repo.values import duration

        try:
            return duration(value)
        except ValueError as wrong:
            self.fail(str(wrong), param, ctx)


#: A click type: seconds.
DURATION = _Duration()
