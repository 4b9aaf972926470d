"""The event as JSON to an HTTP endpoint, signed as Standard Webhooks say (standardwebhooks.com)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import logging
from dataclasses import dataclass
from urllib.parse import urlsplit

from experiments.clock import Clock
from workers.notifier.channel import TIMEOUT_SECONDS, Delivery, Postponed, Undeliverable, answered
from workers.notifier.destination import Webhook
from workers.notifier.events import Event, EventFilter
from workers.notifier.secret import Keyring, SecretMissing, SecretReference


@dataclass(frozen=True, slots=True)
class WebhookChannel:
    """One POST per event; the same event always carries the same `webhook-id`, so that a receiver can
    drop what it has seen."""

    settings: Webhook
    keyring: Keyring
    clock: Clock

    @property
    def name(self) -> str:
        return self.settings.name

    @property
    def filter(self) -> EventFilter:
        return EventFilter(self.settings.events)

    def deliver(self, event: Event) -> Delivery:
        body = event.to_json().encode() if self.settings.with_event else b""
        try:
            url = self._value(self.settings.url)
            headers = {name: self._value(value) for name, value in self.settings.headers.items()}
            secret = self.keyring.value(self.settings.secret) if self.settings.secret else ""
        except SecretMissing as missing:
            return Postponed(note=str(missing))
        if urlsplit(url).scheme not in ("http", "https"):
            return Postponed(note=f"the secret {{{self.settings.url}}} is not a URL")
        headers |= {"content-type": "application/json", "user-agent": "cowbane"}
        headers |= self._identity(event, body, secret)
        return _sent(
            "POST" if self.settings.with_event else "GET", url, body, headers, self.settings.verify_tls
        )

    def _value(self, value: str | SecretReference) -> str:
        return value if isinstance(value, str) else self.keyring.value(value)

    def _identity(self, event: Event, body: bytes, secret: str) -> dict[str, str]:
        message_id = f"{event.id}/{self.name}"
        timestamp = str(int(self.clock.now().timestamp()))
        headers = {"webhook-id": message_id, "webhook-timestamp": timestamp}
        if secret:
            headers["webhook-signature"] = signature(message_id, timestamp, body, secret)
        return headers


def signature(message_id: str, timestamp: str, body: bytes, secret: str) -> str:
    """`v1,<base64>` for each secret: two of them, apart by white space, let a receiver change over."""
    content = f"{message_id}.{timestamp}.".encode() + body
    digests = (hmac.new(_key(each), content, hashlib.sha256).digest() for each in secret.split())
    return " ".join(f"v1,{base64.b64encode(digest).decode()}" for digest in digests)


def _key(secret: str) -> bytes:
    """`whsec_<base64>` or plain base64, as the standard's libraries read it; else the text itself."""
    encoded = secret.removeprefix("whsec_")
    try:
        return base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except binascii.Error:
        return secret.encode()


def _sent(method: str, url: str, body: bytes, headers: dict[str, str], verify_tls: bool) -> Delivery:
    import urllib3

    # At DEBUG it logs the path and the query of the URL, for the whole process.
    logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)
    timeout = urllib3.Timeout(connect=TIMEOUT_SECONDS, read=TIMEOUT_SECONDS, total=2 * TIMEOUT_SECONDS)
    try:
        with urllib3.PoolManager(
            num_pools=1, cert_reqs="CERT_REQUIRED" if verify_tls else "CERT_NONE"
        ) as pool:
            answer = pool.request(
                method,
                url,
                body=body or None,
                headers=headers,
                timeout=timeout,
                retries=False,
                redirect=False,
                preload_content=False,
            )
            answer.close()
    except ValueError:
        return Undeliverable(why="the URL or a header cannot be sent; check the settings of this channel")
    except (urllib3.exceptions.HTTPError, OSError) as wrong:
        return Postponed(note=f"no answer: {type(wrong).__name__}")  # its text holds the URL
    if 300 <= answer.status < 400:
        return Undeliverable(why=f"answered {answer.status}; redirects are not followed, put the final URL")
    return answered(answer.status, answer.headers.get("retry-after"))
