"""`cowbane check`: every problem of experiment files, or of a whole repo, before anything runs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scheduler.cli.experiment import Checking, is_url
from scheduler.cli.printing import Output, output_option, print_rows

if TYPE_CHECKING:
    from experiments.format.problem import Problem, Severity

#: What an experiment's file is called in a folder that is no repo.
_SUFFIXES = (".json", ".yaml", ".yml")
_FILE = click.Path(path_type=Path)


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCES...")
@click.option(
    "--import", "imports", is_flag=True, help="Import the modules that files name: runs their code."
)
@click.option("--var", "vars", multiple=True, metavar="NAME[:TYPE]=VALUE", help="A run will be given it.")
@click.option("--var-file", "var_files", multiple=True, type=_FILE, help="A run will be given its values.")
@click.option("--no-verify-tls", is_flag=True, help="Of a URL, take any certificate.")
@output_option
def check(
    sources: tuple[str, ...],
    imports: bool,
    vars: tuple[str, ...],
    var_files: tuple[Path, ...],
    no_verify_tls: bool,
    output: str,
) -> None:
    """Print every problem of SOURCES, files and URLs of experiments or folders, as file:line:column.

    A folder is a repo, or one of experiments. Nothing that a file names is imported or run, unless
    --import asks for it: then functions and arguments of other people's modules are checked too.
    Exits 0 when all can be used, 2 otherwise.
    """
    repos = [source for source in sources if _is_repo(Path(source))]
    if not repos:
        names = _overridden(vars, var_files)
        checking = Checking(overrides=names, imports=imports, verify_tls=not no_verify_tls)
        _check_all([each for source in sources for each in _files(source)], checking, output)
        return
    if len(sources) > 1:
        raise click.UsageError("expected experiments, or one folder that is a repo")
    if imports or vars or var_files:
        raise click.UsageError("--import, --var and --var-file are for experiments, here is a repo")
    from scheduler.cli import repo

    repo.check(Path(repos[0]), output)


def _check_all(sources: list[str], checking: Checking, output: str) -> None:
    from experiments.format.problem import Severity

    told: list[Problem] = []
    failed = 0
    for source in sources:
        problems = checking.problems(source)
        told += problems
        wrong = any(each.severity is Severity.ERROR for each in problems)
        failed += wrong
        if Output(output) is Output.TABLE:
            for line in _lines(source, problems, wrong):
                click.echo(line)
    if Output(output) is not Output.TABLE:
        print_rows([_row(each) for each in told], output, empty="")
    elif len(sources) > 1:
        click.echo(f"{len(sources) - failed} of {len(sources)} can be used")
    if failed:
        raise SystemExit(2)


def _lines(source: str, problems: list[Problem], wrong: bool) -> Iterator[str]:
    yield from map(str, problems)
    if not wrong:
        yield f"{source}: ok"


def _overridden(vars: tuple[str, ...], var_files: tuple[Path, ...]) -> dict[str, Severity]:
    """The names of the overrides; one of a file that others share need not be declared."""
    from experiments.format.overrides import read_overrides
    from experiments.format.problem import Severity

    overrides = read_overrides(vars, var_files, os.environ)
    for line in overrides if isinstance(overrides, list) else overrides.warnings:
        click.echo(line, err=True)
    if isinstance(overrides, list):
        raise SystemExit(2)
    return {
        name: Severity.ERROR if name in overrides.named else Severity.WARNING
        for name in overrides.configuration
    }


def _is_repo(folder: Path) -> bool:
    """A folder without a single experiment is told what a repo is."""
    parts = ("cowbane.yaml", "schedules", "experiments")
    return folder.is_dir() and (any((folder / part).exists() for part in parts) or not _files(str(folder)))


def _files(source: str) -> list[str]:
    """The experiments of a folder, sorted by name, else the source itself; hidden ones are left out."""
    folder = Path(source)
    if is_url(source) or not folder.is_dir():
        return [source]
    found = (each for suffix in _SUFFIXES for each in folder.rglob(f"*{suffix}") if each.is_file())
    shown = (each for each in found if not any(part[0] == "." for part in each.relative_to(folder).parts))
    return [str(each) for each in sorted(shown)]


def _row(problem: Problem) -> dict[str, object]:
    return {
        "file": problem.file,
        "line": problem.at.line,
        "column": problem.at.column,
        "severity": problem.severity.value,
        "message": problem.message,
    }
