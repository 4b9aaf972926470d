"""What a receiver got, and how it was told to answer."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path

from workers.notifier.events import Event


class Kind(StrEnum):
    """How a message came."""

    SLACK = "slack"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One message that arrived and was taken."""

    kind: Kind
    text: str  #: as a person reads it
    event: Event | None = None  #: webhooks only
    channel: str = ""  #: Slack's, where a bot posts
    headers: Mapping[str, str] = field(default_factory=dict)  #: names in lower case, no credentials
    body: str = ""  #: as it came

    def to_json(self) -> str:
        """One line."""
        event = json.loads(self.event.to_json()) if self.event else None
        return json.dumps({**asdict(self), "kind": self.kind.value, "event": event})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How the next request is answered instead; with a status, nothing of it is kept."""

    status: int | None = None  #: None: as always, after the delay
    text: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0  #: seconds before the answer


class Inbox:
    """Keeps messages in order, in memory and as lines of a file; safe to use from any thread."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._messages: list[Received] = []
        self._answers: deque[Answer] = deque()
        self._tokens: frozenset[str] | None = None

    def messages(self) -> list[Received]:
        """What arrived and was taken, in order."""
        with self._lock:
            return list(self._messages)

    def keep(self, received: Received) -> None:
        """Add a message, and its line to the file."""
        with self._lock:
            self._messages.append(received)
            if self._file:
                with self._file.open("a", encoding="utf-8") as lines:
                    lines.write(received.to_json() + "\n")

    def play(self, answers: Iterable[Answer]) -> None:
        """Answer the next requests like this, one each."""
        with self._lock:
            self._answers.extend(answers)

    def next_answer(self) -> Answer:
        """How this request is answered; returns after the answer's delay."""
        with self._lock:
            answer = self._answers.popleft() if self._answers else Answer()
        if answer.delay:
            self._closed.wait(answer.delay)
        return answer

    def accept_only(self, tokens: Iterable[str]) -> None:
        """Refuse every other bearer token from now on."""
        self._tokens = frozenset(tokens)

    def permits(self, authorization: str) -> bool:
        """True for a bearer token that is valid now."""
        scheme, _, token = authorization.partition(" ")
        return scheme == "Bearer" and bool(token) and (self._tokens is None or token in self._tokens)

    def close(self) -> None:
        """Wait for no delay any more."""
        self._closed.set()
