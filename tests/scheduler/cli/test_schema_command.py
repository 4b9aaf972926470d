"""`cowbane schema` prints what an editor completes from."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from scheduler.cli.schema import File, schema, schema_of


def test_an_experiment_is_described_when_nothing_is_said() -> None:
    done = CliRunner().invoke(schema, [])
    assert done.exit_code == 0
    assert json.loads(done.stdout) == schema_of(File.EXPERIMENT)


@pytest.mark.parametrize("file", File)
def test_each_file_has_a_schema_of_the_same_draft(file: File) -> None:
    printed = json.loads(CliRunner().invoke(schema, [file.value]).stdout)
    assert printed["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert printed["type"] == "object"
    assert printed["additionalProperties"] is False


def test_another_file_has_none() -> None:
    done = CliRunner().invoke(schema, ["journal"])
    assert done.exit_code == 2
    assert "'journal' is not one of 'experiment', 'settings', 'schedules'" in done.stderr
