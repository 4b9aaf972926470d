"""`cowbane injected`: what is in, as the cluster itself says; needs no Redis and no Celery."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scheduler.cli.cluster import cluster_options, connected, found_faults
from scheduler.cli.printing import output_option, print_rows

if TYPE_CHECKING:
    from experiments.faults.intent import Intent


@click.command()
@cluster_options
@output_option
def injected(kubeconfig: str | None, context: str | None, namespace: tuple[str, ...], output: str) -> None:
    """Show every fault that is in the cluster right now.

    Exits 0 when the whole scope could be read, 1 when a place or a mark could not.
    """
    faults, problems = found_faults(connected(kubeconfig, context), namespace)
    print_rows([_row(fault) for fault in faults], output, empty="Nothing is injected.")
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        raise SystemExit(1)


def _row(fault: Intent) -> dict[str, object]:
    return {
        "namespace": fault.target.namespace,
        "target": f"{fault.target.resource}/{fault.target.name}",
        "fault": _described(fault),
        "run": fault.run,
        "queue": fault.queue,
        "expires": fault.expires.isoformat(timespec="seconds"),
        "undo": f"cowbane undo {fault.run}",
    }


def _described(fault: Intent) -> str:
    return " ".join(str(fault.injected[key]) for key in ("path", "fault", "value") if key in fault.injected)
