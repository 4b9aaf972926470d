"""`cowbane rbac`: the least rights of each queue, as objects or values, compared with what there is."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scheduler.cli.cluster import connected, connection_options
from scheduler.cli.repo import open_repo

if TYPE_CHECKING:
    from scheduler.rights.needs import Needs

#: The name of a queue is part of an account's; as the chart has it.
QUEUE = re.compile(r"[a-z0-9]([-a-z0-9]{0,30}[a-z0-9])?")


@click.command()
@click.argument("repo", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--output",
    type=click.Choice(["manifests", "values", "json"]),
    default="manifests",
    show_default=True,
    help="Objects for kubectl, values for the chart, or those as JSON.",
)
@click.option(
    "--name", default="cowbane", show_default=True, help="Of the release: accounts are NAME-worker-QUEUE."
)
@click.option("--namespace", default="cowbane", show_default=True, help="Where the accounts live.")
@click.option("--diff", is_flag=True, help="Show what differs from the rights in the cluster.")
@click.option(
    "--check",
    "committed",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Fail when the repo needs more than FILE, printed earlier, grants.",
)
@connection_options
def rbac(
    repo: Path,
    output: str,
    name: str,
    namespace: str,
    diff: bool,
    committed: Path | None,
    kubeconfig: str | None,
    context: str | None,
) -> None:
    """Print the least rights of each queue of the folder REPO: what its schedules' experiments ask for.

    The undo of their faults and the sweep for marks are in there; above each rule stands who needs it.
    Exits 1 when --diff finds a difference, or --check a need that FILE does not grant; 2 when REPO, FILE
    or the cluster cannot be used.
    """
    from scheduler.cli import rights

    if diff and committed:
        raise click.UsageError("expected one of --diff and --check, found both")
    needed = _needed(repo)
    if committed:
        raise SystemExit(rights.check(repo, needed, committed, name))
    if diff:
        raise SystemExit(rights.diff(needed, connected(kubeconfig, context), name, namespace, output))
    click.echo(_printed(needed, output, name, namespace), nl=False)


def _needed(root: Path) -> dict[str, Needs]:
    """Of each queue; what nobody can know is said on standard error."""
    from scheduler.rights.needs import of_repo

    repo = open_repo(root)
    for queue in repo.queues:
        if not QUEUE.fullmatch(queue):
            raise click.UsageError(
                f"queue {queue!r}: expected up to 32 of a-z, 0-9 and -, it becomes part of an account's name"
            )
    needed = of_repo(repo)
    for needs in needed.values():
        for sentence in needs.unknown:
            click.echo(f"warning: {sentence}", err=True)
    return needed


def _printed(needed: Mapping[str, Needs], output: str, name: str, namespace: str) -> str:
    from scheduler.rights.manifests import manifests, plain_values, values

    match output:
        case "values":
            return values(needed)
        case "json":
            return json.dumps(plain_values(needed), indent=2) + "\n"
        case _:
            return manifests(needed, name, namespace)
