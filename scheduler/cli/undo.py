"""`cowbane undo`: by hand, from the cluster alone, when Redis, Celery and every worker are gone."""

from __future__ import annotations

import sys

import click

from scheduler.cli.cluster import cluster_options, connected, found_faults


@click.command()
@click.argument("run", required=False)
@cluster_options
@click.option("--yes", is_flag=True, help="Do not ask.")
def undo(
    run: str | None, kubeconfig: str | None, context: str | None, namespace: tuple[str, ...], yes: bool
) -> None:
    """Undo the faults of RUN, or every fault that is in.

    Only our own change is restored; an object that somebody edited since keeps the edit. Exits 0 when
    nothing of it is left in, 1 otherwise.
    """
    from experiments.faults.intent import UndoResult
    from experiments.kubernetes.reversal import Reversal

    gateway = connected(kubeconfig, context)
    found, problems = found_faults(gateway, namespace)
    faults = [fault for fault in found if run in (None, fault.run)]
    for problem in problems:
        click.echo(problem, err=True)
    if not faults:
        click.echo(f"Nothing of {run} is injected." if run else "Nothing is injected.")
        raise SystemExit(1 if problems else 0)
    if not yes and sys.stdin.isatty():
        click.confirm(
            f"Undo {len(faults)} fault(s): {', '.join(str(each.target) for each in faults)}?", abort=True
        )
    reversal, failed = Reversal(gateway), bool(problems)
    for fault in sorted(faults, key=lambda each: (each.run, each.step), reverse=True):
        undone = reversal.undo(fault)
        failed = failed or undone.result is UndoResult.FAILED
        click.echo(f"{fault.target} ({fault.run}): {undone.result.value} {undone.detail}".rstrip())
    raise SystemExit(1 if failed else 0)
