"""`cowbane check`: every problem of experiment files, or of a whole repo, before anything runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scheduler.cli.experiment import file_problems, overridden
from scheduler.cli.printing import Output, output_option, print_rows

if TYPE_CHECKING:
    from experiments.format.problem import Problem

#: What an experiment's file is called in a folder that is no repo.
_SUFFIXES = (".json", ".yaml", ".yml")


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--import", "imports", is_flag=True, help="Import the modules that files name: runs their code."
)
@click.option(
    "--var", "overrides", multiple=True, metavar="NAME[:TYPE]=VALUE", help="A run will be given it."
)
@output_option
def check(paths: tuple[Path, ...], imports: bool, overrides: tuple[str, ...], output: str) -> None:
    """Print every problem of the files PATHS, or of what lies in a folder, as file:line:column.

    A folder is a repo, or one of experiments. Nothing that a file names is imported or run, unless
    --import asks for it: then functions and arguments of other people's modules are checked too.
    Exits 0 when all can be used, 2 otherwise.
    """
    repos = [path for path in paths if path.is_dir() and _is_repo(path)]
    if not repos:
        _check_files([file for path in paths for file in _files(path)], imports, overrides, output)
        return
    if len(paths) > 1:
        raise click.UsageError("expected files, or one folder that is a repo")
    if imports or overrides:
        raise click.UsageError("--import and --var are for experiments, here is a repo")
    from scheduler.cli import repo

    repo.check(repos[0], output)


def _check_files(files: list[Path], imports: bool, overrides: tuple[str, ...], output: str) -> None:
    from experiments.format.problem import Severity

    told: list[Problem] = []
    failed = 0
    for file, problems in _problems(files, imports, overrides):
        told += problems
        wrong = any(each.severity is Severity.ERROR for each in problems)
        failed += wrong
        if Output(output) is Output.TABLE:
            for problem in problems:
                click.echo(problem)
            if not wrong:
                click.echo(f"{file}: ok")
    if Output(output) is not Output.TABLE:
        print_rows([_row(each) for each in told], output, empty="")
    elif len(files) > 1:
        click.echo(f"{len(files) - failed} of {len(files)} can be used")
    if failed:
        raise SystemExit(2)


def _problems(
    files: list[Path], imports: bool, overrides: tuple[str, ...]
) -> Iterator[tuple[Path, list[Problem]]]:
    from experiments.format.installed import Installed

    names = list(overridden(overrides))
    if not imports:
        foreign = Installed()
        yield from ((file, file_problems(file, names, foreign)) for file in files)
        return
    from experiments.format.imported import Imported

    imported = Imported()
    yield from ((file, file_problems(file, names, imported)) for file in files)


def _is_repo(folder: Path) -> bool:
    """A folder without a single experiment is told what a repo is."""
    parts = ("cowbane.yaml", "schedules", "experiments")
    return any((folder / part).exists() for part in parts) or not _files(folder)


def _files(path: Path) -> list[Path]:
    """The experiments of a folder, sorted by name, else the path itself; hidden ones are left out."""
    if not path.is_dir():
        return [path]
    found = (each for suffix in _SUFFIXES for each in path.rglob(f"*{suffix}") if each.is_file())
    return sorted(each for each in found if not any(part[0] == "." for part in each.relative_to(path).parts))


def _row(problem: Problem) -> dict[str, object]:
    return {
        "file": problem.file,
        "line": problem.at.line,
        "column": problem.at.column,
        "severity": problem.severity.value,
        "message": problem.message,
    }
