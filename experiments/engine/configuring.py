"""The first step: the policy's word on the file, then its configuration and secrets as values."""

from __future__ import annotations

from dataclasses import replace

from experiments.engine.activity import play
from experiments.engine.progress import Entered, Part, Started
from experiments.engine.running import Ending, Running, Stage
from experiments.engine.shown import shown_experiment
from experiments.failures import ActivityFailed
from experiments.format.configuration import is_dynamic, resolve_configuration
from experiments.format.secrets import resolve_secrets
from experiments.model import (
    Activity,
    Experiment,
    HttpProvider,
    Json,
    Outcome,
    ProcessProvider,
    PythonProvider,
)
from experiments.plain import plain
from experiments.vault import credentials


def configure(running: Running) -> Ending | None:
    """Refused by the policy, without a value that must be there, or ready to run."""
    refused = running.host.policy.violations(_overridden(running))
    missing = [] if refused else _resolve(running)
    _tell(running)
    if refused:
        return Ending(outcome=None, reason="; ".join(refused))
    if missing:
        return Ending(outcome=Outcome.ERROR, reason="; ".join(missing))
    return _ask(running)


def _overridden(running: Running) -> Experiment:
    """The file with the values that replace its own: they may come from the environment just as well."""
    values = {**running.experiment.configuration, **running.host.values}
    return replace(running.experiment, configuration=values) if running.host.values else running.experiment


def _resolve(running: Running) -> list[str]:
    """What the file, the environment, files and Vault hold; one sentence for each value that is not there."""
    host, experiment = running.host, running.experiment
    configuration, missing = resolve_configuration(experiment.configuration, host.environment, host.values)
    secrets, absent = resolve_secrets(
        experiment.secrets,
        host.environment,
        vault=host.vault(configuration) if host.vault else None,
        absolute_files=host.policy.any_secret_file,
    )
    running.redactor = running.redactor.knowing([*secrets.values(), *credentials(configuration)])
    around = replace(running.phase.around, secrets=secrets)
    running.phase = replace(running.phase, around=around)
    running.configured_with(configuration)
    return [*missing, *absent]


def _tell(running: Running) -> None:
    host, shown = running.host, shown_experiment(running)
    running.tell(
        Started(
            title=str(shown["title"]),
            at=running.start,
            run_id=host.run_id,
            schedule=host.schedule,
            run_seed=host.run_seed,
            dry=running.dry,
            experiment=shown,
        )
    )


def _ask(running: Running) -> Ending | None:
    """Configuration that a probe answers, in the file's order: each may use what stands above it."""
    declared = running.experiment.configuration
    asked = [
        name for name, value in declared.items() if is_dynamic(value) and name not in running.host.values
    ]
    if asked:
        running.tell(Entered(Part.CONFIGURATION))
    for name in asked:
        stage = Stage(Part.CONFIGURATION, running.phase, running.configured)
        probe = _probe(running, name, declared[name])
        played = play(running, stage, probe, f"configuration-{name}")
        failure, value = played.entry.exception, None
        if played.failure is None:
            failure, value = _answer(probe, played.output)
        if failure:
            return Ending(
                outcome=Outcome.PROBE_ERROR, reason=f"configuration.{name}: {running.said(failure)}"
            )
        running.configured_with({**running.phase.around.configuration, name: value})
    return None


def _probe(running: Running, name: str, source: Json) -> Activity:
    """A function is given every secret, as Chaos Toolkit does here."""
    from experiments.format.activity import read_activity  # brings YAML with it

    probe = read_activity({"name": name, **source} if isinstance(source, dict) else source, name)
    if isinstance(probe, list):
        raise ActivityFailed("; ".join(each.message for each in probe))
    provider = probe.provider
    if isinstance(provider, PythonProvider) and not provider.secrets:
        provider = replace(provider, secrets=tuple(running.phase.around.secrets.groups))
    return replace(probe, provider=provider)


def _answer(probe: Activity, output: object) -> tuple[str, Json]:
    """What Chaos Toolkit takes of an answer: what a program that succeeded printed, the body of a page."""
    data = plain(output)
    if isinstance(probe.provider, ProcessProvider) and isinstance(data, dict):
        failed = data.get("status") != 0
        return f"ended with status {data.get('status')}" if failed else "", str(
            data.get("stdout", "")
        ).strip()
    if isinstance(probe.provider, HttpProvider) and isinstance(data, dict):
        return "", data.get("body")
    return "", data
