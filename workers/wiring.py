"""The composition root: the one place where a worker's parts are put together from its settings."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
from collections.abc import Callable
from functools import cache, partial
from typing import TYPE_CHECKING

from experiments.clock import SystemClock
from workers.embedded import EmbeddedRedis
from workers.pulse import Act, Pulse, Role
from workers.settings import Settings, SettingsError

if TYPE_CHECKING:
    from experiments.kubernetes.gateway import Gateway
    from experiments.policy import Policy
    from workers.account.comparison import Grants
    from workers.host import RunHost
    from workers.ledger.redis import RedisLedger
    from workers.notifier.outbox import DeliveryReport
    from workers.recovery.marks import MarkFinder
    from workers.recovery.reaper import Reaper

log = logging.getLogger("cowbane")

#: This worker's name: a new one per incarnation, because process ids and host names come back. Made
#: in the parent and inherited by its children, so that a reaper knows its own.
WORKER = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"

_clock = SystemClock()
_sleep: Callable[[float], object] = threading.Event().wait


def redis_url(settings: Settings) -> str:
    """The Redis of the settings, else the embedded server's, with what stands in files: never show it."""
    from workers.ledger.redis.address import composed

    return composed(
        settings.redis_url or EmbeddedRedis(settings.state_dir).url,
        username=settings.redis_username,
        password=settings.redis_password(),
        ca_file=settings.redis_ca_file,
    )


@cache
def settings() -> Settings:
    """This process's settings."""
    return Settings.from_env(os.environ)


@cache
def ledger() -> RedisLedger:
    """The deployment's ledger; its connections belong to the process that opens them."""
    from workers.ledger.redis import RedisLedger

    return RedisLedger.connect(redis_url(settings()), settings().deployment)


def begin(role: Role, queues: tuple[str, ...] = ()) -> None:
    """Give signs of life; in production first await a durable Redis, sweep `queues`; or `SettingsError`."""
    pulse().begin(role)
    if settings().production:
        from workers.admission import await_durable, ended_by_signals

        pause = partial(reaper(queues).stand_by, _wait) if queues else _wait
        with ended_by_signals():
            await_durable(ledger().durability, assumed=settings().durability_assumed, pause=pause)


def _wait(seconds: float) -> None:
    """Nobody is started anew because Redis is not there yet."""
    pulse().note(Act.WAITING)
    _pause(seconds)


@cache
def pulse() -> Pulse:
    """This process's signs of life, for `cowbane health`."""
    return Pulse(settings().health_folder)


@cache
def policy() -> Policy:
    """What this worker lets a file do: its own mount says, never the repo."""
    from experiments.policy import Policy

    path = settings().policy_file
    if path is None:
        return Policy()
    from experiments.format.document import Document, read_document

    document = read_document(path)
    if not isinstance(document, Document):
        raise SettingsError("; ".join(map(str, document)))
    read = Policy.read(document.data)
    if isinstance(read, list):
        raise SettingsError(f"{path}: {'; '.join(read)}")
    return read


@cache
def rights() -> Grants | None:
    """What this worker's account should be able to do; None where nothing says it."""
    from workers.account.file import read_rights

    path = settings().rights_file
    return read_rights(path) if path else None


def inspect_account() -> None:
    """Wait for the API server, and refuse an account that can do what is dangerous."""
    from experiments.kubernetes.gateway import Gateway
    from workers.account.inspection import Inspection
    from workers.admission import ended_by_signals

    with ended_by_signals():
        Inspection(
            gateway=Gateway.connect(),
            listed=rights(),
            namespaces=_plain(policy().namespaces),
            production=settings().production,
            pause=_wait,
        ).admit()


@cache
def gateway() -> Gateway:
    """The cluster, within the policy's namespaces; nothing is connected before the first call."""
    from experiments.kubernetes.gateway import Gateway

    return Gateway.connect(namespaces=policy().namespaces)


def run_host() -> RunHost:
    """What a child runs with."""
    from experiments.kubernetes.gateway import Gateway
    from experiments.kubernetes.reversal import Reversal
    from workers.host import RunHost

    return RunHost(
        ledger=ledger(),
        reverser=Reversal(gateway()),
        injectables={Gateway: gateway()},
        policy=policy(),
        clock=_clock,
        sleep=_pause,
        environment=os.environ,
        worker=WORKER,
        cluster=settings().cluster,
        solo=settings().solo,
        told=wake,
    )


@cache
def reaper(queues: tuple[str, ...]) -> Reaper:
    """What a worker's parent looks after its queues with, one for each; made before its pool forks."""
    from experiments.kubernetes.gateway import load_client
    from experiments.kubernetes.reversal import Reversal
    from workers.recovery.reaper import Reaper
    from workers.recovery.settlement import Settlement

    load_client()
    reverser = Reversal(gateway())
    settlement = Settlement(
        ledger=ledger(),
        reverser=reverser,
        clock=_clock,
        sleep=_pause,
        rollbacks=run_host().roll_back,
        told=wake,
    )
    return Reaper(
        ledger=ledger(),
        queues=queues,
        worker=WORKER,
        cluster=settings().cluster,
        settlement=settlement,
        reverser=reverser,
        marks=_marks().find,
        clock=_clock,
        looked=lambda well: pulse().note(Act.LOOKED if well else Act.MISSED),
    )


def execute(queue: str, run_id: str) -> None:
    """Run what beat decided; a ledger that is away leaves it to beat's sweep or to a reaper."""
    from workers.ledger.protocol import LedgerUnavailable

    try:
        run_host().execute(queue, run_id)
    except LedgerUnavailable as down:
        log.warning("run %s: %s; it is sent again, or undone and closed by a reaper", run_id, down)


def deliver() -> None:
    """Give every channel its turn; while the ledger is away nothing is lost, beat asks again."""
    from workers.ledger.protocol import LedgerUnavailable

    try:
        while _delivered().more:
            pass
    except LedgerUnavailable as down:
        log.warning("nothing was delivered: %s", down)


def _delivered() -> DeliveryReport:
    from workers.notifier.destination import from_json
    from workers.notifier.outbox import deliver_pending
    from workers.notifier.secret import Keyring
    from workers.notifier.switchboard import channels

    wanted = channels(from_json(ledger().notifications()), Keyring.from_env(os.environ), _clock)
    return deliver_pending(ledger(), wanted, holder=WORKER, clock=_clock)


def wake() -> None:
    """Have what was just written told soon."""
    from celery import current_app

    from workers.waking import wake_notifier

    wake_notifier(current_app)


def _marks() -> MarkFinder:
    """A gateway of its own: patterns cannot be listed, so they are looked for wherever the account may."""
    from experiments.kubernetes.gateway import Gateway
    from workers.recovery.marks import MarkFinder

    names = policy().namespaces
    listed = names if names is not None and names == _plain(names) else None
    if (held := rights()) is not None:
        listed = tuple(held)
    return MarkFinder(Gateway.connect(namespaces=listed), listed, held)


def _plain(names: tuple[str, ...] | None) -> tuple[str, ...]:
    """Those that are namespaces, and no patterns."""
    return tuple(name for name in names or () if not set(name) & set("*?["))


def _pause(seconds: float) -> None:
    _sleep(seconds)
