"""`cowbane run`: one run now, on this machine, with the rights of whoever runs it."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scheduler.cli.optional_value import OptionalValues
from scheduler.cli.runtime_options import MUTATIONS, OPTIONAL, RUNTIME, SECONDS, runtime_of, runtime_options

if TYPE_CHECKING:
    from experiments.clock import Clock
    from experiments.engine.stop import Stop
    from experiments.journal import Journal
    from experiments.journal.kept import Kept
    from experiments.model import Experiment
    from scheduler.cli.watching import Watching
    from scheduler.laptop import RunOptions

_FILE = click.Path(path_type=Path)
#: What `chaos run` takes and has no meaning here; each is passed over with a warning.
_INERT = {
    "no_validation": "--no-validation has no effect: a file is always checked",
    "no_exit": "--no-exit has no effect: the exit code always tells how the run ended",
}
#: Beside SIGINT and SIGTERM: the terminal was closed, and what Chaos Toolkit's safeguards send.
_SIGNALS = (signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2)


@click.command(cls=OptionalValues, optional=OPTIONAL)
@click.argument("source")
@click.option(
    "--journal",
    "--journal-path",
    type=_FILE,
    default="journal.json",
    show_default=True,
    help="Written at the end.",
)
@click.option("--var", "vars", multiple=True, metavar="NAME[:TYPE]=VALUE", help="Replaces configuration.")
@click.option("--var-file", "var_files", multiple=True, type=_FILE, help="Values and secrets, or a .env.")
@runtime_options
@click.option("--control-file", "control_files", multiple=True, type=_FILE, help="Controls around this run.")
@click.option(
    "--settings",
    "settings_file",
    type=_FILE,
    help="Of Chaos Toolkit.  [default: ~/.chaostoolkit/settings.yaml]",
)
@click.option("--no-settings", is_flag=True, help="None at all.")
@click.option("--no-verify-tls", is_flag=True, help="Of a URL, take any certificate.")
@click.option("--seed", default="", help="Repeat the draws of another run: the `run_seed` of its journal.")
@click.option("--keep-faults", is_flag=True, help="Leave our own faults in at the end.")
@click.option("--deadline", type=SECONDS, help="The run is stopped then.  [default: the file's, else 30m]")
@click.option("--compat", type=click.Choice(["chaostoolkit"]), help="Its status, events and exit codes.")
@click.option("--output", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--events-file",
    type=click.Path(path_type=Path, allow_dash=True),
    help="What happens, as lines of JSON; - instead of text.",
)
@click.option("--kubeconfig", type=click.Path(exists=True), help="Else the pod's own, else KUBECONFIG.")
@click.option("--context", help="Context of the kubeconfig.")
@click.option("--no-validation", is_flag=True, hidden=True)
@click.option("--no-exit", is_flag=True, hidden=True)
def run(source: str, **options: Any) -> None:
    """Run the experiment at SOURCE, a file or a URL, once and undo what it injected.

    Exits 0 when it passed and everything was undone, 1 when it ended otherwise, 2 when the file or the
    call is wrong.
    """
    from experiments.clock import SystemClock
    from experiments.engine.interrupter import interrupting
    from experiments.engine.stop import Stop
    from scheduler.cli.streams import fill
    from scheduler.cli.watching import watching

    fill()
    _warn(options)
    experiment, asked = _prepared(source, options)
    stop, clock = Stop(), SystemClock()
    with (
        interrupting(stop, "stopped by hand", _signals()),
        _kept(options["journal"], clock) as kept,
        watching(kept, clock, stop, events_file=options["events_file"], output=options["output"]) as told,
    ):
        code = _performed(experiment, asked, stop, kept, told, options)
    raise SystemExit(code)


def _warn(options: Mapping[str, Any]) -> None:
    for name, sentence in _INERT.items():
        if options[name]:
            click.echo(sentence, err=True)


def _prepared(source: str, options: Mapping[str, Any]) -> tuple[Experiment, RunOptions]:
    """The experiment as it is run; exit 2 when anything of it or of the call is wrong."""
    from experiments.model import DryMode
    from scheduler.cli.experiment import read_runnable
    from scheduler.cli.given import given_controls, given_settings, given_values
    from scheduler.laptop import DEADLINE, RunOptions

    settings = given_settings(options["settings_file"], none=options["no_settings"])
    controls = given_controls(settings, options["control_files"])
    verify = not options["no_verify_tls"]
    read = read_runnable(source, verify_tls=verify, settings=settings, controls=controls)
    experiment, overrides = given_values(read, options["vars"], options["var_files"])
    dry = options["dry"]
    return experiment, RunOptions(
        dry=dry == MUTATIONS,
        left_out=DryMode(dry) if dry and dry != MUTATIONS else None,
        seed=_seed(options["seed"]),
        keep_faults=options["keep_faults"],
        deadline=options["deadline"] or experiment.runtime.deadline or DEADLINE,
        kubeconfig=options["kubeconfig"],
        context=options["context"],
        values=overrides.configuration,
        environment=overrides.environment,
        runtime=runtime_of(experiment, settings, **{name: options[name] for name in RUNTIME}),
        controls=controls,
        settings=settings.source,
    )


def _seed(text: str) -> str:
    try:
        bytes.fromhex(text)
    except ValueError as wrong:
        raise click.UsageError(f"--seed: expected hex digits, found {text!r}") from wrong
    return text


def _signals() -> tuple[signal.Signals, ...]:
    """A closed terminal is left to whoever asked for it to be passed over, e.g. `nohup`."""
    from experiments.engine.interrupter import SIGNALS

    return tuple(each for each in (*SIGNALS, *_SIGNALS) if not _is_passed_over(each))


def _is_passed_over(number: signal.Signals) -> bool:
    return number is signal.SIGHUP and signal.getsignal(number) is signal.SIG_IGN


@contextmanager
def _kept(path: Path, clock: Clock) -> Iterator[Kept]:
    """Before anything is done: what a run did must not be lost for a folder that is not there."""
    from contextlib import ExitStack

    from experiments.journal.appended import Busy
    from experiments.journal.kept import keeping

    with ExitStack() as stack:
        try:
            kept = stack.enter_context(keeping(path, clock))
        except Busy as busy:
            raise click.UsageError(f"--journal: {busy}") from busy
        except OSError as wrong:
            raise click.UsageError(f"--journal: {path} cannot be written: {wrong.strerror}") from wrong
        yield kept


def _performed(
    experiment: Experiment,
    asked: RunOptions,
    stop: Stop,
    kept: Kept,
    told: Watching,
    options: Mapping[str, Any],
) -> int:
    """Run it, write it down, say what is left to do; the exit code."""
    from experiments.compat import STARTED, as_chaos_toolkit, told_as_theirs
    from experiments.engine.run import run as perform
    from scheduler.cli.closing import closing, left
    from scheduler.laptop import laptop_host

    if options["compat"]:
        told.named(STARTED)
    with _bounded(stop, asked.deadline, experiment.runtime.deadline):
        journal = perform(experiment, laptop_host(asked, stop, told.clock, told))
    code, theirs = int(journal.outcome != "passed" or journal.undo_failed), None
    if options["compat"]:
        theirs = as_chaos_toolkit(journal, asked.runtime or experiment.runtime)
        journal, code = told_as_theirs(journal, theirs), theirs.exit_code
        for name in theirs.events[1:]:
            told.named(name, status=theirs.status, deviated=theirs.deviated)
    code = code if _written(kept, journal, told) else 1
    if options["output"] == "json":
        told.print(journal.as_json(indent=2))
    for line in left(journal, asked) if told.to_program else closing(journal, asked, kept.path, theirs):
        told.say(line)
    return code


def _bounded(stop: Stop, seconds: float, own: float | None) -> AbstractContextManager[None]:
    """The file's own deadline is the engine's to keep."""
    from experiments.engine.limit import timed

    return nullcontext() if seconds == own else timed(stop, seconds, "the run's deadline is over")


def _written(kept: Kept, journal: Journal, told: Watching) -> bool:
    from experiments.journal.appended import lines_beside
    from scheduler.cli.screen import Line

    try:
        kept.finish(journal)
    except OSError as wrong:
        told.say(
            Line(f"{kept.path} cannot be written: {wrong.strerror}; see {lines_beside(kept.path)}", "red")
        )
        return False
    return True
