"""The `notifications` of a repo, read with every problem at once; a secret in them is refused unquoted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from experiments.format.problem import Severity, suggestion
from experiments.model import Json
from workers.notifier.destination import ALL_EVENTS, SLACK_API, Destination, Log, SlackBot, SlackHook, Webhook
from workers.notifier.entry import ELSEWHERE, Entry, SettingProblem
from workers.notifier.secret import SecretReference


def read_channels(raw: Sequence[Json]) -> tuple[tuple[Destination, ...], list[SettingProblem]]:
    """The channels of a `notifications` list, and everything that is wrong with it.

    An entry with an error makes no channel; one with warnings does.
    """
    channels: dict[str, Destination] = {}
    problems: list[SettingProblem] = []
    for index, item in enumerate(raw):
        entry = Entry(index, item if isinstance(item, dict) else {})
        channel = _read(entry, item)
        if channel and channel.name in channels:
            entry.problem(f"a second channel would be called {channel.name!r}; give this one a `name`")
        problems += entry.problems
        if channel and not any(problem.severity is Severity.ERROR for problem in entry.problems):
            channels[channel.name] = channel
    return tuple(channels.values()), problems


def _read(entry: Entry, item: Json) -> Destination | None:
    if not isinstance(item, dict):
        entry.problem("expected a channel, e.g. {type: slack, channel: C0123456, token: {env: SLACK_TOKEN}}")
        return None
    kind = entry.text("type")
    if kind and kind not in _READERS:
        known = ", ".join(_READERS)
        entry.problem(f"unknown type {kind!r}{suggestion(kind, _READERS)}; known: {known}", "type")
    return _READERS[kind](entry) if kind in _READERS else None


def _slack(entry: Entry) -> Destination | None:
    if "url" in entry.raw and not {"token", "channel"} & entry.raw.keys():
        return _slack_hook(entry)
    entry.only("type slack", ("type", "name", "channel", "token", "url", "api_url", "events"))
    if "url" in entry.raw:
        entry.problem(
            "expected either channel and token, or the url of an incoming webhook, found both", "url"
        )
    return _slack_bot(entry)


def _slack_hook(entry: Entry) -> Destination | None:
    entry.only("type slack with url", ("type", "name", "url", "events"))
    url = entry.secret("url")
    name = entry.channel_name(f"slack-{url.name}" if url else "slack")
    events = entry.events(ALL_EVENTS)
    return SlackHook(name=name, url=url, events=events) if url else None


def _slack_bot(entry: Entry) -> Destination | None:
    channel, token = entry.text("channel"), entry.secret("token")
    api_url = entry.url("api_url", SLACK_API)
    name, events = entry.channel_name(f"slack-{channel.lstrip('#')}"), entry.events(ALL_EVENTS)
    if token is None:
        return None
    return SlackBot(name=name, channel=channel, token=token, api_url=api_url, events=events)


def _plugin(entry: Entry) -> Destination | None:
    """Chaos Toolkit's way to name its Slack plugin."""
    entry.only("type plugin", ("type", "name", "module", "func", "channel", "token", "api_url", "events"))
    if (entry.text("module"), entry.text("func", "notify")) != ("chaosslack.notification", "notify"):
        entry.problem(
            "of Chaos Toolkit's plugins only chaosslack.notification is read; "
            "send the events to a type: webhook instead",
            *(("module",) if "module" in entry.raw else ()),
        )
        return None
    return _slack_bot(entry)


def _webhook(entry: Entry) -> Destination | None:
    entry.only("type webhook", ("type", "name", "url", "secret", "headers", "verify_tls", "events"))
    return _any_webhook(entry, with_event=True)


def _http(entry: Entry) -> Destination | None:
    """Chaos Toolkit's way to name a webhook."""
    keys = ("type", "name", "url", "secret", "headers", "verify_tls", "forward_event_payload", "events")
    entry.only("type http", keys)
    return _any_webhook(entry, with_event=entry.flag("forward_event_payload", True))


def _any_webhook(entry: Entry, *, with_event: bool) -> Destination | None:
    url = _webhook_url(entry)
    place = url.name if isinstance(url, SecretReference) else urlsplit(url or "").hostname or ""
    settings = Webhook(
        name=entry.channel_name(f"webhook-{place}"),
        url=url or "",
        secret=entry.secret("secret") if "secret" in entry.raw else None,
        headers=entry.headers(),
        verify_tls=entry.flag("verify_tls", True),
        with_event=with_event,
        events=entry.events(ALL_EVENTS),
    )
    return settings if url else None


def _webhook_url(entry: Entry) -> str | SecretReference | None:
    if isinstance(entry.raw.get("url"), dict):
        return entry.secret("url")
    url = entry.url("url")
    if urlsplit(url).hostname == "hooks.slack.com":
        entry.problem(
            f"url: an incoming webhook of Slack is a secret; use type: slack and {ELSEWHERE}", "url"
        )
    return url or None


def _log(entry: Entry) -> Destination:
    entry.only("type log", ("type", "name", "events"))
    return Log(name=entry.channel_name("log"), events=entry.events(ALL_EVENTS))


_READERS: dict[str, Callable[[Entry], Destination | None]] = {
    "slack": _slack,
    "webhook": _webhook,
    "log": _log,
    "plugin": _plugin,
    "http": _http,
}
