"""The one place that talks to Redis: over this process's own connections, in bounded time.

The client library's retries are off: they repeat silently what must happen once. What is safe to
repeat says so, and is asked again a bounded number of times.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from workers.ledger.protocol import LedgerUnavailable
from workers.ledger.redis.address import Address
from workers.ledger.redis.keys import Keys, Place
from workers.ledger.redis.script import Script, script

T = TypeVar("T")

#: Seconds to connect, and for one answer: together with the pauses well under a lease.
CONNECT_SECONDS = 2.0
ANSWER_SECONDS = 4.0
#: Seconds between the tries of what may be repeated: a server that restarts is back in one or two.
PAUSES = (0.1, 0.5)


class Client(Protocol):
    """What we use of the client library, which is not typed all the way."""

    def execute_command(self, *words: Any) -> Any: ...

    def pipeline(self, *, transaction: bool) -> Any: ...

    def close(self) -> None: ...


class Store:
    """Commands and scripts of one deployment."""

    def __init__(self, address: Address, keys: Keys, pause: Callable[[float], object] | None = None) -> None:
        self.keys = keys
        self._address = address
        self._pause = pause or threading.Event().wait
        self._client: Client | None = None
        self._pid = 0

    def call(
        self,
        name: str,
        place: Place,
        arguments: Mapping[str, object],
        *,
        repeatable: bool = False,
        more_keys: Sequence[str] = (),
        more: Sequence[str] = (),
    ) -> Any:
        """Run the script of that name with its keys at `place` and its arguments by name."""
        called = script(name)
        keys = [*(self.keys.named(noun, place) for noun in called.keys), *more_keys]
        words: list[str | int] = [len(keys), *keys, *called.values(arguments), *more]
        return self._ask(lambda client: _evaluate(client, called, words), repeatable)

    def read(self, *words: str | int) -> Any:
        """One command that may be repeated."""
        return self._ask(lambda client: client.execute_command(*words), True)

    def write(self, *words: str | int) -> Any:
        """One command that must not be repeated."""
        return self._ask(lambda client: client.execute_command(*words), False)

    def read_all(self, commands: Sequence[Sequence[str | int]]) -> list[Any]:
        """Several commands that may be repeated, in one round trip."""

        def ask(client: Client) -> list[Any]:
            with client.pipeline(transaction=False) as pipeline:
                for words in commands:
                    pipeline.execute_command(*words)
                return list(pipeline.execute())

        return self._ask(ask, True) if commands else []

    def close(self) -> None:
        """Drop the connections of this process; the next question opens new ones."""
        client, self._client = self._client, None
        if client is not None and self._pid == os.getpid():
            client.close()

    def _ask(self, question: Callable[[Client], T], repeatable: bool) -> T:
        from redis.exceptions import ConnectionError as NoConnection
        from redis.exceptions import RedisError
        from redis.exceptions import TimeoutError as NoAnswer

        pauses = list(PAUSES) if repeatable else []
        while True:
            try:
                return question(self._own_client())
            except RedisError as wrong:
                if not pauses or not isinstance(wrong, NoConnection | NoAnswer):
                    raise LedgerUnavailable(self._sentence(wrong)) from None
            self._pause(pauses.pop(0))

    def _own_client(self) -> Client:
        client = self._client
        if client is None or self._pid != os.getpid():
            # A parent's sockets are the parent's: they are forgotten, not closed.
            client = self._client = _connect(self._address.url)
            self._pid = os.getpid()
        return client

    def _sentence(self, wrong: Exception) -> str:
        said = self._address.cleaned(" ".join(str(wrong).split()))
        return f"Redis at {self._address.shown} does not answer as needed: {said}"


def _connect(url: str) -> Client:
    from redis import Redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    client: Client = Redis.from_url(
        url,
        decode_responses=True,
        protocol=2,
        retry=Retry(NoBackoff(), 0),
        socket_connect_timeout=CONNECT_SECONDS,
        socket_timeout=ANSWER_SECONDS,
    )
    return client


def _evaluate(client: Client, called: Script, words: Sequence[str | int]) -> Any:
    from redis.exceptions import NoScriptError

    try:
        return client.execute_command("EVALSHA", called.sha, *words)
    except NoScriptError:  # nothing ran; the server remembers it from now on
        return client.execute_command("EVAL", called.text, *words)
