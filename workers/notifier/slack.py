"""Slack, by a bot's token or by an incoming webhook; the only module that knows the Slack client."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import TYPE_CHECKING

from workers.notifier.blocks import blocks, fallback
from workers.notifier.channel import TIMEOUT_SECONDS, Delivery, Postponed, Undeliverable, answered
from workers.notifier.destination import SlackBot, SlackHook
from workers.notifier.events import Event, EventFilter
from workers.notifier.secret import Keyring, SecretMissing
from workers.notifier.text import message

if TYPE_CHECKING:
    from slack_sdk import WebClient
    from slack_sdk.errors import SlackApiError
    from slack_sdk.webhook import WebhookClient

#: Slack's own troubles, told with status 200.
_PASSING = frozenset(
    {"ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"}
)
_ERROR_CODE = re.compile(r"[a-z_]{1,60}")

# The client logs the webhook's URL at DEBUG, and at ERROR inside some exceptions' texts.
_SILENT = logging.getLogger("slack_sdk.silent")
_SILENT.setLevel(logging.CRITICAL + 1)


@dataclass(frozen=True, slots=True)
class SlackBotChannel:
    """`chat.postMessage`."""

    settings: SlackBot
    keyring: Keyring

    @property
    def name(self) -> str:
        return self.settings.name

    @property
    def filter(self) -> EventFilter:
        return EventFilter(self.settings.events)

    def deliver(self, event: Event) -> Delivery:
        try:
            client = _web_client(self.keyring.value(self.settings.token), self.settings.api_url)
        except SecretMissing as missing:
            return Postponed(note=str(missing))
        return self._post(client, event)

    def _post(self, client: WebClient, event: Event) -> Delivery:
        from slack_sdk.errors import SlackApiError, SlackClientError

        said = message(event)
        try:
            answer = client.chat_postMessage(
                channel=self.settings.channel,
                text=fallback(said),
                blocks=blocks(said),
                unfurl_links=False,
                unfurl_media=False,
            )
        except SlackApiError as refused:
            return _refused(refused)
        except (SlackClientError, OSError, HTTPException, ValueError, LookupError) as wrong:
            return _no_answer(wrong)
        return answered(answer.status_code, None)


@dataclass(frozen=True, slots=True)
class SlackHookChannel:
    """An incoming webhook."""

    settings: SlackHook
    keyring: Keyring

    @property
    def name(self) -> str:
        return self.settings.name

    @property
    def filter(self) -> EventFilter:
        return EventFilter(self.settings.events)

    def deliver(self, event: Event) -> Delivery:
        try:
            url = self.keyring.value(self.settings.url)
        except SecretMissing as missing:
            return Postponed(note=str(missing))
        if not url.lower().startswith(("https://", "http://")):
            return Postponed(note=f"the secret {{{self.settings.url}}} is not a URL")
        return self._send(_webhook_client(url), event)

    def _send(self, client: WebhookClient, event: Event) -> Delivery:
        from slack_sdk.errors import SlackClientError

        said = message(event)
        try:
            answer = client.send(
                text=fallback(said), blocks=blocks(said), unfurl_links=False, unfurl_media=False
            )
        except (SlackClientError, OSError, HTTPException, ValueError, LookupError) as wrong:
            return _no_answer(wrong)
        return answered(answer.status_code, _retry_after(answer.headers), _code(answer.body))


def _web_client(token: str, api_url: str) -> WebClient:
    from slack_sdk import WebClient

    client = WebClient(
        token=token, base_url=api_url, timeout=int(TIMEOUT_SECONDS), logger=_SILENT, retry_handlers=[]
    )
    client.proxy = None  # taken from the environment without regard to NO_PROXY; urllib does it right
    return client


def _webhook_client(url: str) -> WebhookClient:
    from slack_sdk.webhook import WebhookClient

    client = WebhookClient(url, timeout=int(TIMEOUT_SECONDS), logger=_SILENT, retry_handlers=[])
    client.proxy = None
    return client


def _refused(refused: SlackApiError) -> Delivery:
    status, code = refused.response.status_code, _code(refused.response.get("error"))
    if status != 200:
        return answered(status, _retry_after(refused.response.headers), code)
    if not code:
        return Postponed(note="something that is not Slack's API answered, e.g. a proxy")
    if code in _PASSING:
        return Postponed(note=f"answered {code}")
    return Undeliverable(why=f"Slack answered {code}")


def _no_answer(wrong: Exception) -> Postponed:
    """The exception's own text may hold the URL; its class says enough."""
    reason = getattr(wrong, "reason", None)
    cause = reason if isinstance(reason, OSError) else wrong
    detail = cause.strerror if isinstance(cause, OSError) and cause.strerror else type(cause).__name__
    return Postponed(note=f"Slack did not answer: {detail}")


def _retry_after(headers: Mapping[str, str]) -> str | None:
    return next((value for name, value in headers.items() if name.lower() == "retry-after"), None)


def _code(text: object) -> str:
    """Slack's error code, e.g. `channel_not_found`; anything else may quote the request and is dropped."""
    return text if isinstance(text, str) and _ERROR_CODE.fullmatch(text) else ""
