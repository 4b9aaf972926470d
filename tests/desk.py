"""A notifier's desk: channels made from settings as a repo has them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from experiments.clock import Clock, SystemClock
from experiments.model import Json
from workers.notifier.channel import Channel
from workers.notifier.secret import Keyring
from workers.notifier.settings import read_channels
from workers.notifier.switchboard import channels


@dataclass(slots=True)
class Desk:
    """Makes channels from settings; the environment may change under them."""

    folder: Path
    environ: dict[str, str] = field(default_factory=dict)
    clock: Clock = field(default_factory=SystemClock)

    def channels(self, *entries: Json) -> tuple[Channel, ...]:
        settings, problems = read_channels(entries)
        assert problems == []
        return channels(settings, Keyring(environ=self.environ, folder=self.folder), self.clock)

    def channel(self, **entry: Json) -> Channel:
        (only,) = self.channels(entry)
        return only
