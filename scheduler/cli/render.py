"""`cowbane render`: the repo as a ConfigMap, for `kubectl apply --server-side --force-conflicts -f -`."""

from __future__ import annotations

from pathlib import Path

import click

from scheduler.cli.repo import open_repo


@click.command()
@click.argument("repo", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--name", default="cowbane-repo", show_default=True, help="Of the ConfigMap.")
@click.option("--namespace", default="cowbane", show_default=True, help="Where beat runs.")
def render(repo: Path, name: str, namespace: str) -> None:
    """Print the folder REPO as a ConfigMap, for `kubectl apply --server-side --force-conflicts -f -`.

    A repo with an error is refused as `check` refuses it: exit 2. So is one over the limit of 1 MiB: exit 1.
    """
    from scheduler.configmap import TooLarge, flat, manifest
    from scheduler.repo.files import find_files

    open_repo(repo)
    try:
        data = flat(find_files(repo)[0])
    except TooLarge as wrong:
        raise click.ClickException(str(wrong)) from wrong
    click.echo(manifest(data, name, namespace), nl=False)
