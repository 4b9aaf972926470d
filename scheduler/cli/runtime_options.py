"""How a run goes, as the command line says: strategies, frequency, fail-fast, and what is left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import click

from experiments.model import DryMode, HypothesisStrategy, RollbackStrategy
from scheduler.cli.optional_value import Optional

if TYPE_CHECKING:
    from experiments.format.settings import Settings
    from experiments.model import Experiment, Runtime

_DRY = [each.value for each in DryMode]
_LOOKS = [each.value for each in HypothesisStrategy]
_ROLLBACKS = [each.value for each in RollbackStrategy]
Command = TypeVar("Command", bound=Callable[..., Any])

#: Our own dry run: real probes and a real choice of targets, nothing is changed.
MUTATIONS = "mutations"
#: A misspelling that Chaos Toolkit takes too.
_CONTINOUSLY = "continously"


class _Seconds(click.ParamType[float]):
    name = "duration"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        from experiments.format.waiting import DURATION, seconds

        try:
            given = seconds(float(value) if isinstance(value, str | int | float) else None)
        except ValueError:
            given = seconds(str(value))
        if not given:
            self.fail(f"expected {DURATION}, found {value!r}", param, ctx)
        return given


class _Percent(click.ParamType[float]):
    name = "percent"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        percent = _number(str(value).removesuffix("%"))
        if percent is None or not 0 <= percent <= 100:
            self.fail(f"expected a percentage from 0 to 100, found {value!r}", param, ctx)
        return percent


#: Click types. Seconds are a number or text like 30s.
SECONDS, PERCENT = _Seconds(), _Percent()

#: The next word is the value only where it can be nothing else.
OPTIONAL = {
    "--dry": Optional(MUTATIONS, lambda word: word in _DRY),
    "--fail-fast": Optional("0", lambda word: _number(word.removesuffix("%")) is not None),
}

#: The parameters of `runtime_of`, by the names that click gives them.
RUNTIME = ("hypothesis_strategy", "hypothesis_frequency", "fail_fast", "rollback_strategy")
_OPTIONS = (
    click.option(
        "--dry",
        type=click.Choice([*_DRY, MUTATIONS]),
        metavar=f"[{'|'.join(_DRY)}]",
        help="Alone: real probes and a real choice of targets, nothing is changed. "
        "Else as Chaos Toolkit: what is left out.",
    ),
    click.option(
        "--hypothesis-strategy",
        type=click.Choice([*_LOOKS, _CONTINOUSLY]),
        metavar=f"[{'|'.join(_LOOKS)}]",
        help="When the hypothesis is asked.  [default: as the file says]",
    ),
    click.option(
        "--hypothesis-frequency", type=SECONDS, help="Time between two looks during the method, e.g. 500ms."
    ),
    click.option(
        "--fail-fast",
        type=PERCENT,
        metavar="[PERCENT]",
        help="End the method once so many percent of the looks during it fail; alone: with the first.",
    ),
    click.option(
        "--rollback-strategy",
        type=click.Choice(_ROLLBACKS),
        help="When the file's rollbacks are played; our own faults are always undone.",
    ),
)


def runtime_options(command: Command) -> Command:
    """All of them, in the order of the help."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def runtime_of(
    experiment: Experiment,
    settings: Settings,
    *,
    hypothesis_strategy: str | None = None,
    hypothesis_frequency: float | None = None,
    fail_fast: float | None = None,
    rollback_strategy: str | None = None,
) -> Runtime:
    """The command line before the file, the file before settings.

    Of a file that has `runtime` nothing is taken from settings, also not what it leaves open, as in Chaos
    Toolkit.
    """
    said: dict[str, Any] = {}
    if hypothesis_strategy is not None:
        spelled = hypothesis_strategy.replace(_CONTINOUSLY, HypothesisStrategy.CONTINUOUSLY)
        said["hypothesis"] = HypothesisStrategy(spelled)
    if rollback_strategy is not None:
        said["rollbacks"] = RollbackStrategy(rollback_strategy)
    if hypothesis_frequency is not None:
        said["frequency"] = hypothesis_frequency
    if fail_fast is not None:
        said["fail_fast"] = fail_fast
    runtime = experiment.runtime if experiment.source.get("runtime") else _of_settings(experiment, settings)
    return replace(runtime, **said)


def _of_settings(experiment: Experiment, settings: Settings) -> Runtime:
    from experiments.format.findings import Findings
    from experiments.format.runtime import read_runtime

    said = read_runtime(Findings(settings.document), {"runtime": dict(settings.runtime)})
    return replace(experiment.runtime, hypothesis=said.hypothesis, rollbacks=said.rollbacks)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
