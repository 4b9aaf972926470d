"""`cowbane check`: every problem of experiment files, or of a whole repo, before anything runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from scheduler.cli.printing import Output, output_option, print_rows

if TYPE_CHECKING:
    from experiments.format.problem import Problem


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@output_option
def check(paths: tuple[Path, ...], output: str) -> None:
    """Print every problem of the files PATHS, or of the repo in a folder, as file:line:column.

    Nothing that a file names is imported or run. Exits 0 when all can be used, 2 otherwise.
    """
    folders = [path for path in paths if path.is_dir()]
    if folders:
        from scheduler.cli import repo

        if len(paths) > 1:
            raise click.UsageError("expected files, or one folder that is a repo")
        repo.check(folders[0], output)
        return
    _check_files(paths, output)


def _check_files(paths: tuple[Path, ...], output: str) -> None:
    from experiments.format.problem import Severity

    problems = [problem for path in paths for problem in file_problems(path)]
    failed = {each.file for each in problems if each.severity is Severity.ERROR}
    if Output(output) is Output.TABLE:
        for problem in problems:
            click.echo(problem)
        for path in paths:
            if str(path) not in failed:
                click.echo(f"{path}: ok")
    else:
        print_rows([_row(each) for each in problems], output, empty="")
    if failed:
        raise SystemExit(2)


def file_problems(path: Path) -> list[Problem]:
    """Every problem of one experiment file."""
    from experiments.format.check import check_experiment
    from experiments.format.document import Document, read_document
    from experiments.library import OurLibrary

    document = read_document(path)
    return check_experiment(document, OurLibrary()) if isinstance(document, Document) else document


def _row(problem: Problem) -> dict[str, object]:
    return {
        "file": problem.file,
        "line": problem.at.line,
        "column": problem.at.column,
        "severity": problem.severity.value,
        "message": problem.message,
    }
