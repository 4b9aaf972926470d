"""An experiment on the command line: read or refused with every problem, and what `--var` sets."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from experiments.format.document import Document
    from experiments.format.problem import Problem, Severity
    from experiments.format.settings import Settings
    from experiments.format.usage import Foreign
    from experiments.model import Control, Experiment, Json


@dataclass(kw_only=True)
class Checking:
    """How sources are checked: what a run of them will be given, and whether their modules are imported."""

    overrides: Mapping[str, Severity] = field(default_factory=dict)
    imports: bool = False
    verify_tls: bool = True

    def problems(self, source: str) -> list[Problem]:
        """Every problem of the experiment at a path or a URL."""
        from experiments.format.check import check_experiment
        from experiments.format.document import Document
        from experiments.library import OurLibrary

        document = read_from(source, verify_tls=self.verify_tls)
        if not isinstance(document, Document):
            return document
        return check_experiment(document, OurLibrary(), overrides=self.overrides, foreign=self._foreign)

    @cached_property
    def _foreign(self) -> Foreign:
        """One for all sources: each module is looked for or imported once."""
        if self.imports:
            from experiments.format.imported import Imported

            return Imported()
        from experiments.format.installed import Installed

        return Installed()


def is_url(source: str) -> bool:
    """Whether it is asked for instead of opened."""
    return "://" in source


def read_from(
    source: str, *, verify_tls: bool = True, settings: Settings | None = None
) -> Document | list[Problem]:
    """The document at a path or a URL, or every reason why there is none.

    `settings` say how a URL is asked; None: those of whoever runs.
    """
    if not is_url(source):
        from experiments.format.document import read_document

        return read_document(Path(source), as_chaos_toolkit=True)
    from experiments.source import read_source

    known = settings or read_settings_of_home()
    if isinstance(known, list):
        return known
    return read_source(source, environment=os.environ, auths=known.auths, verify_tls=verify_tls)


def read_settings_of_home() -> Settings | list[Problem]:
    """Chaos Toolkit's settings of whoever runs; empty where there are none."""
    from experiments.format.settings import SETTINGS, Settings, read_settings

    path = Path.home() / SETTINGS
    return read_settings(path) if path.exists() else Settings()


def read_runnable(
    source: Path | str,
    *,
    verify_tls: bool = True,
    settings: Settings | None = None,
    controls: Sequence[Control] = (),
) -> Experiment:
    """The experiment as the hooks around its loading leave it; every problem and exit 2 if it cannot run."""
    from experiments.format.check import check_experiment, unavailable
    from experiments.format.document import Document
    from experiments.format.problem import Severity
    from experiments.format.reader import read_experiment
    from experiments.library import OurLibrary

    def read() -> Document | list[Problem]:
        return read_from(str(source), verify_tls=verify_tls, settings=settings)

    document = _controlled(str(source), read, controls, settings) if controls else read()
    if not isinstance(document, Document):
        problems, experiment = document, None
    else:
        problems = unavailable(document, OurLibrary()) or check_experiment(document, OurLibrary())
        experiment, _ = read_experiment(document)
    for problem in problems:
        click.echo(str(problem), err=True)
    if experiment is None or any(each.severity is Severity.ERROR for each in problems):
        raise SystemExit(2)
    return experiment


def _controlled(
    source: str,
    read: Callable[[], Document | list[Problem]],
    controls: Sequence[Control],
    settings: Settings | None,
) -> Document | list[Problem]:
    from experiments.controls.loading import loaded
    from experiments.engine.stop import Interrupted, Stop
    from experiments.policy import Policy

    try:
        return loaded(
            source,
            read,
            controls,
            policy=Policy.laptop(),
            stop=Stop(),
            warn=lambda sentence: click.echo(f"warning: {sentence}", err=True),
            settings=settings.source if settings else None,
        )
    except Interrupted as ended:
        click.echo(f"not run: {ended}", err=True)
        raise SystemExit(1) from ended


def overridden(overrides: tuple[str, ...]) -> dict[str, Json]:
    """The values of `--var`; exit 2 for one that cannot be read."""
    from experiments.format.overrides import parse_overrides

    values, problems = parse_overrides(overrides)
    if problems:
        raise click.UsageError("; ".join(problems))
    return values
