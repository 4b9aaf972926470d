"""Where a channel's events go, as data: references instead of secrets.

This is stored in the ledger, which others can read; that is why a token, or the URL of an incoming
webhook, which is a password, may only stand in `env` or `file`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeAlias

from experiments.model import Json
from workers.notifier.secret import SecretReference, Source

SLACK_API = "https://slack.com/api/"
#: A channel that names no events hears all of them.
ALL_EVENTS = ("*",)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackBot:
    """A Slack channel, written to by a bot with a token (`chat:write` is enough)."""

    name: str
    channel: str  #: ID, e.g. C0123456, or #name
    token: SecretReference
    events: tuple[str, ...] = ALL_EVENTS
    api_url: str = SLACK_API  #: elsewhere for a receiver of one's own


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackHook:
    """A Slack channel behind an incoming webhook; its URL is the password."""

    name: str
    url: SecretReference
    events: tuple[str, ...] = ALL_EVENTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """An HTTP endpoint that gets the event as JSON."""

    name: str
    url: str | SecretReference
    secret: SecretReference | None = None  #: signs each request (Standard Webhooks)
    headers: Mapping[str, str | SecretReference] = field(default_factory=dict)  #: names in lower case
    verify_tls: bool = True
    with_event: bool = True  #: False: a bare GET, as Chaos Toolkit sends without `forward_event_payload`
    events: tuple[str, ...] = ALL_EVENTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """A line in the notifier's own log."""

    name: str
    events: tuple[str, ...] = ALL_EVENTS


Destination: TypeAlias = SlackBot | SlackHook | Webhook | Log

_KINDS: dict[str, type[Destination]] = {
    "slack-bot": SlackBot,
    "slack-hook": SlackHook,
    "webhook": Webhook,
    "log": Log,
}


def to_json(channels: Iterable[Destination]) -> str:
    """The compiled form: one list, references instead of secrets."""
    return json.dumps([_plain(channel) for channel in channels], sort_keys=True)


def from_json(text: str) -> tuple[Destination, ...]:
    """What `to_json` wrote."""
    return tuple(_destination(stored) for stored in json.loads(text))


def _plain(channel: Destination) -> dict[str, Json]:
    kind = next(kind for kind, cls in _KINDS.items() if isinstance(channel, cls))
    return {"kind": kind, **{field.name: _packed(getattr(channel, field.name)) for field in fields(channel)}}


def _packed(value: Any) -> Json:
    match value:
        case SecretReference():
            return {value.source.value: value.name}
        case tuple():
            return list(value)
        case Mapping():
            return {name: _packed(each) for name, each in value.items()}
    plain: Json = value
    return plain


def _destination(stored: Mapping[str, Any]) -> Destination:
    values = {name: value for name, value in stored.items() if name != "kind"}
    values["events"] = tuple(values["events"])
    for name in {"token", "url", "secret"} & values.keys():
        values[name] = _unpacked(values[name])
    if "headers" in values:
        values["headers"] = {name: _unpacked(value) for name, value in values["headers"].items()}
    return _KINDS[stored["kind"]](**values)


def _unpacked(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    ((source, name),) = value.items()
    return SecretReference(source=Source(source), name=name)
