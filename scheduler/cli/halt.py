"""`cowbane halt` and `cowbane resume`: the kill switch of a deployment."""

from __future__ import annotations

import getpass
import os
import socket
import threading
from typing import TYPE_CHECKING

import click

from scheduler.cli.duration import DURATION
from scheduler.cli.ledger import answered, open_ledger
from scheduler.cli.printing import Output, output_option, print_document, print_rows

if TYPE_CHECKING:
    from scheduler.halting import Halted
    from workers.ledger.records import Halt, Unsettled


@click.command()
@click.option("--reason", default="", help="What for; everybody reads it.")
@click.option("--for", "lasts", type=DURATION, help="End by itself.  [default: `cowbane resume` ends it]")
@click.option("--wait", type=DURATION, help="Wait at most so long until no run is open and no undo is owed.")
@output_option
def halt(reason: str, lasts: int | None, wait: int | None, output: str) -> None:
    """Stop everything: no injection starts any more, every open run ends and is undone.

    Until it ends every due fire is skipped, with who halted and why. It never shortens a halt that stands.
    Exits 1 when --wait is over and something is left. A fire that no worker has claimed yet is not waited
    for: it is skipped too.
    """
    from experiments.clock import SystemClock
    from scheduler.halting import Halting

    if lasts is not None and wait is not None and wait >= lasts:
        raise click.UsageError("--wait: expected less than --for; after that runs begin again")
    with answered():
        halting = Halting(open_ledger(), SystemClock(), threading.Event().wait)
        halted = halting.halt(actor(), _line(reason), lasts, wait)
    if Output(output) is Output.TABLE:
        _tell(halted)
    else:
        print_document(_shown(halted), output)
    if halted.resumed:
        raise click.ClickException("somebody resumed meanwhile; `cowbane runs list` shows what runs")
    raise SystemExit(1 if halted.left else 0)


@click.command()
@click.option("--reason", default="", help="Why it is safe again; everybody reads it.")
def resume(reason: str) -> None:
    """End the halt that stands: what is due from now on fires again; what was skipped is not caught up."""
    from workers.ledger.telling import halted

    with answered():
        stood = open_ledger().resume(actor(), _line(reason))
    click.echo(f"Resumed; it was {halted(stood)}" if stood else "Nothing was halted.")


def actor() -> str:
    """Who acts: COWBANE_ACTOR, else the user and the host."""
    return _line(os.environ.get("COWBANE_ACTOR", "")) or _line(f"{_user()}@{socket.gethostname()}")


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container's user that has no name
        return f"uid-{os.getuid()}"


def _line(text: str) -> str:
    """As it may stand in a sentence and in a message."""
    from workers.notifier.text import one_line

    return one_line(text)


def _tell(done: Halted) -> None:
    from workers.ledger.telling import halted

    click.secho(f"{'already ' if done.already else ''}{halted(done.halt)}", bold=True)
    print_rows([_row(each) for each in done.stopped], Output.TABLE, empty="No run is open, no undo is owed.")
    if done.left:
        click.echo("Still left; `cowbane injected` shows what is in, `cowbane undo RUN` undoes it by hand:")
        print_rows([_row(each) for each in done.left], Output.TABLE, empty="")
    elif done.left is not None and done.stopped:
        click.echo("All of it has ended, and no undo is owed.")


def _shown(done: Halted) -> dict[str, object]:
    return {
        "halt": _times(done.halt),
        "already": done.already,
        "stopped": [_row(each) for each in done.stopped],
        "left": None if done.left is None else [_row(each) for each in done.left],
    }


def _times(halt: Halt) -> dict[str, object]:
    from workers.ledger.telling import rfc3339

    until = None if halt.until is None else rfc3339(halt.until)
    return {"since": rfc3339(halt.since), "until": until, "by": halt.by, "reason": halt.reason}


def _row(each: Unsettled) -> dict[str, object]:
    return {
        "run": each.run_id,
        "queue": each.queue,
        "state": each.state.value,
        "worker": each.worker,
        "owed": each.owed,
    }
