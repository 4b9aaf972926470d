"""What a command line gives one run beside its file: values, secrets, settings, controls.

Whatever cannot be used is told on stderr, all of it at once, and ends the command with 2.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

if TYPE_CHECKING:
    from experiments.format.overrides import Overrides
    from experiments.format.problem import Problem
    from experiments.format.settings import Settings
    from experiments.model import Control, Experiment


def given_settings(path: Path | None, *, none: bool) -> Settings:
    """Those of the file, else of whoever runs; none at all where they are not wanted."""
    from experiments.format.settings import Settings, read_settings
    from scheduler.cli.experiment import read_settings_of_home

    if none:
        return Settings()
    settings = read_settings_of_home() if path is None else read_settings(path)
    if isinstance(settings, list):
        _refuse(settings)
    _tell(settings.warnings)
    return settings


def given_controls(settings: Settings, files: Sequence[Path]) -> tuple[Control, ...]:
    """Those of the settings, then those of each file."""
    from experiments.format.controls import read_named_controls
    from experiments.format.findings import Findings
    from experiments.format.settings import read_control_file

    controls: list[Control] = []
    for known in (settings, *map(read_control_file, files)):
        if isinstance(known, list):
            _refuse(known)
        findings = Findings(known.document)
        controls += read_named_controls(findings, dict(known.controls), ("controls",))
        if findings.failed():
            _refuse(findings.problems())
        _tell(findings.problems())
    return tuple(controls)


def given_values(
    experiment: Experiment, vars: Sequence[str], files: Sequence[Path]
) -> tuple[Experiment, Overrides]:
    """The experiment with the secrets of the files, and the values that replace its configuration."""
    from experiments.format.configuration import overridden
    from experiments.format.overrides import read_overrides

    overrides = read_overrides(vars, files, os.environ)
    if isinstance(overrides, list):
        _refuse(overrides)
    fitting = overrides.fitting(experiment.configuration, experiment.secrets)
    _, unknown = overridden(experiment.configuration, fitting.configuration)
    if unknown:
        _refuse([f"--var: {each}; declare it there" for each in unknown])
    _tell(fitting.warnings)
    secrets, _ = overridden(experiment.secrets, fitting.secrets, "secrets")
    return replace(experiment, secrets=secrets), fitting


def _tell(lines: Iterable[Problem | str]) -> None:
    for each in lines:
        click.echo(str(each), err=True)


def _refuse(lines: Iterable[Problem | str]) -> NoReturn:
    _tell(lines)
    raise SystemExit(2)
