"""A host's name as addresses, once: whoever asks connects to these and asks nobody again."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TypeAlias

from experiments.addresses import literal
from experiments.engine.stop import Stop
from experiments.failures import ActivityFailed
from experiments.providers.sentence import from_exception

#: The addresses of a name, in the order to try them; raises OSError.
Resolver: TypeAlias = "Callable[[str], Sequence[str]]"


def look_up(host: str) -> Sequence[str]:
    """As this machine resolves it."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def addresses_of(host: str, *, resolver: Resolver, seconds: float, stop: Stop) -> Sequence[str]:
    """At least one; raises `ActivityFailed`, and `Interrupted` at once when the run must stop.

    Nothing interrupts the system's resolver, so it works in a thread of its own and is left behind.
    """
    if (address := literal(host)) is not None:
        return [host if "%" in host else str(address)]
    answers: SimpleQueue[Sequence[str] | Exception] = SimpleQueue()
    Thread(target=_ask, args=(resolver, host, answers), name=f"resolve {host}", daemon=True).start()
    with stop.on_stop(lambda: answers.put(())):
        try:
            answer = answers.get(timeout=seconds)
        except Empty:
            raise ActivityFailed(f"the name {host} was not resolved within {seconds:g} s") from None
    stop.check()
    if isinstance(answer, Exception):
        raise ActivityFailed(f"the name {host} cannot be resolved: {from_exception(answer)}") from answer
    if not answer:
        raise ActivityFailed(f"the name {host} has no address")
    return answer


def _ask(resolver: Resolver, host: str, answers: SimpleQueue[Sequence[str] | Exception]) -> None:
    try:
        answers.put(resolver(host))
    except (OSError, ValueError) as wrong:  # a name too long to be one is a UnicodeError
        answers.put(wrong)
