"""Connects what the settings say to the channel that does it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from experiments.clock import Clock
from workers.notifier.channel import Channel
from workers.notifier.destination import Destination, Log, SlackBot, SlackHook, Webhook
from workers.notifier.log import LogChannel
from workers.notifier.secret import Keyring
from workers.notifier.slack import SlackBotChannel, SlackHookChannel
from workers.notifier.webhook import WebhookChannel


def channels(destinations: Iterable[Destination], keyring: Keyring, clock: Clock) -> tuple[Channel, ...]:
    """One channel each; nothing is connected, and no secret read, before a delivery."""
    return tuple(_channel(destination, keyring, clock) for destination in destinations)


def _channel(destination: Destination, keyring: Keyring, clock: Clock) -> Channel:
    match destination:
        case SlackBot():
            return SlackBotChannel(destination, keyring)
        case SlackHook():
            return SlackHookChannel(destination, keyring)
        case Webhook():
            return WebhookChannel(destination, keyring, clock)
        case Log():
            return LogChannel(destination)
        case _:
            assert_never(destination)
