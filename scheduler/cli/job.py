"""`cowbane job`: one run of an experiment inside the cluster, as a Job with an account of its own."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scheduler.cli.duration import DURATION
from scheduler.cli.experiment import overridden, read_runnable

if TYPE_CHECKING:
    from experiments.model import Experiment, Json

#: What Kubernetes takes as the name of a Job, and of a namespace.
NAME = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")


@click.command()
@click.argument("experiment", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--var", "variables", multiple=True, metavar="NAME[:TYPE]=VALUE", help="Replaces configuration."
)
@click.option("--dry", is_flag=True, help="Real probes and a real choice of targets; nothing is changed.")
@click.option("--deadline", type=DURATION, default="30m", show_default=True, help="The run is stopped then.")
@click.option("--env-from", "secret", default="", metavar="SECRET", help="Its keys become the environment.")
@click.option("--image", help="[default: cowbane:VERSION]")
@click.option("--namespace", default="cowbane", show_default=True, help="Where the Job runs.")
@click.option("--name", help="Of the Job and its account.  [default: cowbane-FILE]")
def job(
    experiment: Path,
    variables: tuple[str, ...],
    namespace: str,
    name: str | None,
    image: str | None,
    **more: Any,
) -> None:
    """Print a Job that runs EXPERIMENT once: for `kubectl apply -f -`.

    With it come a service account and just the rights that the experiment needs, in the namespaces that
    it names. The Job is Complete when the run passed and everything was undone, else Failed; it is never
    tried again. A file that cannot be run is refused as `check` refuses it: exit 2.
    """
    from scheduler.job import Job, job_needs, job_text, name_for

    read, values = read_runnable(experiment), overridden(variables)
    _check_values(read, values, more["secret"])
    called = _checked("--name", name or name_for(experiment.name))
    wanted = Job(
        name=called,
        namespace=_checked("--namespace", namespace),
        image=image or _image(),
        file=experiment.name,
        text=experiment.read_text(encoding="utf-8-sig"),
        variables=variables,
        **more,
    )
    needs = job_needs(read.source, values, dry=wanted.dry)
    for sentence in needs.unknown:
        click.echo(f"warning: {sentence}", err=True)
    click.echo(job_text(wanted, needs), nl=False)


def _check_values(experiment: Experiment, values: dict[str, Json], secret: str) -> None:
    """Refuse what the run would be refused for in a pod, whose environment holds no more than a Secret's."""
    from experiments.format.configuration import resolve_configuration
    from experiments.format.secrets import resolve_secrets

    _, problems = resolve_configuration(experiment.configuration, {}, values)
    problems += resolve_secrets(experiment.secrets, {})[1]
    if problems and not secret:
        raise click.UsageError(
            f"in the pod {'; '.join(problems)}: give configuration by --var, or everything by --env-from"
        )


def _checked(option: str, name: str) -> str:
    if not NAME.fullmatch(name):
        raise click.UsageError(f"{option}: expected up to 63 of a-z, 0-9 and -, found {name!r}")
    return name


def _image() -> str:
    from importlib.metadata import version

    return f"cowbane:{version('cowbane')}"
