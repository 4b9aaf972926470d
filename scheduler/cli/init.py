"""`cowbane init`: an experiment from answers, written only when it can be used."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scheduler.cli.asking import agreed

if TYPE_CHECKING:
    from experiments.format.problem import Problem

_ENDINGS = (".yaml", ".yml", ".json")


@click.command()
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path), default="experiment.yaml")
def init(path: Path) -> None:
    """Ask for everything an experiment needs and write it to PATH (experiment.yaml).

    Offers our own activities and those of installed packages that declare some; a function of any other
    module is imported to learn its arguments. What was asked is checked before it is written. Exits 1
    without a file when you leave, 2 when what you asked for cannot be checked.
    """
    if path.suffix not in _ENDINGS or not path.parent.is_dir():
        raise click.UsageError(
            f"expected a file {', '.join(_ENDINGS)} in a folder that is there, found {path}"
        )
    if path.exists() and not agreed(f"{path} is there already. Write over it?"):
        raise click.Abort
    from scheduler.cli.interview import OPENING, Interview, offered

    click.echo(OPENING)
    text = _written(Interview(offered()).experiment(), path)
    problems = _problems(text, path)
    for problem in problems:
        click.echo(problem)
    if any(each.severity == "error" for each in problems):
        click.echo(f"{path} is not written.", err=True)
        raise SystemExit(2)
    _replace(path, text)
    click.echo(f"\n{path} is written and checked. To see what it would do: cowbane run --dry {path}")


def _written(data: dict[str, Any], path: Path) -> str:
    """As YAML, unless somebody typed what YAML would read back as something else."""
    import yaml

    from experiments.format.document import Document, parse_document

    text = yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=100)
    read = parse_document(text, name=str(path))
    if path.suffix != ".json" and isinstance(read, Document) and read.data == data:
        return text
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _problems(text: str, path: Path) -> list[Problem]:
    from experiments.format.check import check_experiment
    from experiments.format.document import Document, parse_document
    from experiments.library import OurLibrary

    document = parse_document(text, name=str(path), json=path.suffix == ".json")
    return check_experiment(document, OurLibrary()) if isinstance(document, Document) else document


def _replace(path: Path, text: str) -> None:
    """All of it or nothing, whatever happens meanwhile."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    except OSError as wrong:
        raise click.ClickException(f"{path} cannot be written: {wrong.strerror}") from wrong
    finally:
        beside.unlink(missing_ok=True)
