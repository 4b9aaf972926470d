"""`cowbane discover`: which activities there are, with what each takes."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, NoReturn

import click

from scheduler.cli.printing import print_document

if TYPE_CHECKING:
    from experiments.discovery.modules import Discovery


class Shape(StrEnum):
    """What `--output` takes here."""

    TABLE = "table"
    JSON = "json"
    YAML = "yaml"
    PAGE = "page"


@click.command()
@click.argument("module", required=False)
@click.option(
    "--output",
    type=click.Choice([each.value for each in Shape]),
    default=Shape.TABLE.value,
    show_default=True,
    help="page is Markdown to read; json is Chaos Toolkit's shape.",
)
def discover(module: str | None, output: str) -> None:
    """List the activities of MODULE, ours or any that can be imported; of all that are known without one.

    MODULE is a name as files write it: chaosk8s, chaosk8s.pod.actions, shop.chaos.close_tills. A module
    that is not ours is imported, which runs its code. Exits 2 when there is none.
    """
    found = _discovered(module)
    for problem in found.problems:
        click.echo(f"Warning: {problem}", err=True)
    if output in (Shape.JSON, Shape.YAML):
        from experiments.discovery.shape import shaped

        print_document(shaped(found.activities), output)
    elif output == Shape.PAGE:
        from experiments.discovery.page import page

        click.echo(page(found.activities, f"Activities of {module}" if module else "Activities"), nl=False)
    else:
        from scheduler.cli.activities import tell_all, tell_each

        (tell_each if module else tell_all)(found.activities)


def _discovered(asked: str | None) -> Discovery:
    from experiments.discovery import modules
    from experiments.discovery.ours import names, ours
    from experiments.format.problem import suggestion
    from experiments.library import owns

    if asked is None:
        return _everything()
    module = modules.importable(asked)
    if owns(module):
        if activities := ours(module):
            return modules.Discovery(activities=activities)
        _refuse(f"no module or activity {module!r} in the library{suggestion(module, names())}")
    try:
        with _quiet():
            return modules.discover(module)
    except modules.NotThere as wrong:
        _refuse(f"{wrong}{suggestion(module, [*names(), *modules.installed()])}")
    except modules.NotDiscovered as wrong:
        _refuse(str(wrong))


def _everything() -> Discovery:
    """Ours, and what is installed and says that it has activities."""
    from experiments.discovery import modules
    from experiments.discovery.ours import ours

    everything = modules.Discovery(activities=ours())
    for extension in modules.installed().values():
        try:
            with _quiet():
                found = modules.discover(extension)
        except modules.NotDiscovered as wrong:
            everything.problems.append(str(wrong))
            continue
        everything.activities.extend(found.activities)
        everything.problems.extend(found.problems)
    return everything


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """What a module prints while it is imported is no part of the answer."""
    with contextlib.redirect_stdout(sys.stderr):
        yield


def _refuse(sentence: str) -> NoReturn:
    click.echo(f"Error: {sentence}", err=True)
    raise SystemExit(2)
