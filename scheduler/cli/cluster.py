"""The options by which a command finds its cluster, and the faults it finds there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from experiments.faults.intent import Intent
    from experiments.kubernetes.gateway import Gateway

F = TypeVar("F", bound=Callable[..., object])


def cluster_options(command: F) -> F:
    """`--kubeconfig`, `--context` and `--namespace`."""
    where = click.option("-n", "--namespace", multiple=True, help="Look here only; may be repeated.")
    return connection_options(where(command))


def connection_options(command: F) -> F:
    """`--kubeconfig` and `--context`."""
    for option in (
        click.option("--context", help="Context of the kubeconfig."),
        click.option(
            "--kubeconfig", type=click.Path(exists=True), help="Else the pod's own, else KUBECONFIG."
        ),
    ):
        command = option(command)
    return command


def connected(kubeconfig: str | None, context: str | None) -> Gateway:
    """The cluster with every right of the person who asks."""
    from experiments.kubernetes.gateway import Gateway

    return Gateway.connect(kubeconfig=kubeconfig, context=context)


def found_faults(gateway: Gateway, namespaces: tuple[str, ...]) -> tuple[list[Intent], list[str]]:
    """What is marked as injected, and one sentence for each mark or place that could not be read."""
    from experiments.faults.intent import Intent
    from experiments.kubernetes.errors import GatewayError
    from experiments.kubernetes.marks import find_marks

    try:
        found = find_marks(gateway, namespaces or None)
    except GatewayError as failed:
        raise click.ClickException(str(failed)) from failed
    faults = [each for each in found if isinstance(each, Intent)]
    return faults, [f"{each.where}: {each.sentence}" for each in found if not isinstance(each, Intent)]
