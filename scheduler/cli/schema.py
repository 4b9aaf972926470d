"""`cowbane schema`: what an editor completes from."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Any

import click


class File(StrEnum):
    """Which file is described."""

    EXPERIMENT = "experiment"
    SETTINGS = "settings"  #: `cowbane.yaml`
    SCHEDULES = "schedules"


@click.command()
@click.argument("file", type=click.Choice([each.value for each in File]), default=File.EXPERIMENT.value)
def schema(file: str) -> None:
    """Print the JSON Schema (2020-12) of an experiment, of the repo's settings, or of its schedules.

    An editor completes from it: write it to a file and put that file's name into the first line of yours,

    \b
      cowbane schema > .experiment.schema.json
      # yaml-language-server: $schema=.experiment.schema.json

    It is stricter than `cowbane check`: what is only a warning there does not fit here.
    """
    click.echo(json.dumps(schema_of(File(file)), indent=2, ensure_ascii=False))


def schema_of(file: File) -> dict[str, Any]:
    """With every function of our library."""
    if file is File.EXPERIMENT:
        from experiments.discovery.ours import ours
        from experiments.format.schema import Completion, experiment_schema

        return experiment_schema(
            Completion(module=each.module, name=each.name, signature=each.signature, doc=each.doc)
            for each in ours()
        )
    from scheduler.repo import file_schemas

    if file is File.SETTINGS:
        return file_schemas.settings_schema()
    return file_schemas.schedules_schema()
