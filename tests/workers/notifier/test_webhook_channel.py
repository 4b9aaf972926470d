"""Webhooks: the event as JSON, a signature that the standard's own library accepts, answers as values."""

from __future__ import annotations

import base64
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from experiments.model import Json
from workers.notifier.channel import Channel, Delivered, Delivery, Postponed, Undeliverable
from workers.notifier.events import Event
from workers.notifier.inbox import Answer, Kind
from workers.notifier.receiver import Receiver

if TYPE_CHECKING:
    from desk import Desk

OLD = "whsec_" + base64.b64encode(b"the old secret of 24 byte").decode()
NEW = "whsec_" + base64.b64encode(b"the new secret of 24 byte").decode()


def test_the_event_arrives_whole(webhook: Channel, receiver: Receiver, event: Callable[..., Event]) -> None:
    assert webhook.deliver(event()) == Delivered()
    (got,) = receiver.messages
    assert (got.kind, got.event) == (Kind.WEBHOOK, event())
    assert got.headers["content-type"] == "application/json"
    assert "webhook-signature" not in got.headers


@pytest.mark.parametrize("secret", [OLD, NEW, OLD.removeprefix("whsec_"), f"{OLD} {NEW}\n"])
def test_the_signature_is_the_standards(
    secret: str, desk: Desk, receiver: Receiver, event: Callable[..., Event]
) -> None:
    (desk.folder / "hook-secret").write_text(secret)
    channel = desk.channel(type="webhook", url=receiver.url, secret={"file": "hook-secret"})
    assert channel.deliver(event()) == Delivered()
    (got,) = receiver.messages
    for known in secret.split():
        assert Verifier(known).verify(got.body, dict(got.headers))["id"] == event().id
    with pytest.raises(WebhookVerificationError):
        Verifier(base64.b64encode(b"another").decode()).verify(got.body, dict(got.headers))
    with pytest.raises(WebhookVerificationError):
        Verifier(secret.split()[0]).verify(got.body + " ", dict(got.headers))


def test_the_same_event_carries_the_same_id_so_that_receivers_can_drop_it(
    webhook: Channel, receiver: Receiver, event: Callable[..., Event]
) -> None:
    for run in (1, 1, 2):
        webhook.deliver(event(run=run))
    first, again, other = (got.headers["webhook-id"] for got in receiver.messages)
    assert first == again != other


def test_headers_may_be_references(desk: Desk, receiver: Receiver, event: Callable[..., Event]) -> None:
    desk.environ["KEY"] = "k-1"
    headers: Json = {"X-Api-Key": {"env": "KEY"}, "X-Team": "shop", "Webhook-Id": "forged"}
    channel = desk.channel(type="webhook", url=receiver.url, headers=headers)
    assert channel.deliver(event()) == Delivered()
    got = receiver.messages[0].headers
    assert (got["x-api-key"], got["x-team"]) == ("k-1", "shop")
    assert got["webhook-id"] != "forged"


def test_settings_of_chaos_toolkit_without_payload_send_a_bare_get(
    desk: Desk, receiver: Receiver, event: Callable[..., Event]
) -> None:
    channel = desk.channel(type="http", url=receiver.url, forward_event_payload=False)
    assert channel.deliver(event()) == Delivered()
    assert [got.body for got in receiver.messages] == [""]


@pytest.mark.parametrize(
    ("answer", "delivery"),
    [
        (Answer(status=429, headers={"Retry-After": "7"}), Postponed(note="answered 429", seconds=7)),
        (Answer(status=429, headers={"Retry-After": "soon"}), Postponed(note="answered 429")),
        (Answer(status=500), Postponed(note="answered 500")),
        (Answer(status=401), Undeliverable(why="answered 401")),
        (Answer(status=202), Delivered()),
    ],
)
def test_an_answer_means(
    answer: Answer, delivery: Delivery, webhook: Channel, receiver: Receiver, event: Callable[..., Event]
) -> None:
    receiver.play(answer)
    assert webhook.deliver(event()) == delivery


def test_a_redirect_is_not_followed(
    webhook: Channel, receiver: Receiver, event: Callable[..., Event]
) -> None:
    receiver.play(Answer(status=302, headers={"Location": f"{receiver.url}/elsewhere"}))
    assert webhook.deliver(event()) == Undeliverable(
        why="answered 302; redirects are not followed, put the final URL"
    )
    assert receiver.messages == []


def test_nobody_there_is_postponed(desk: Desk, event: Callable[..., Event]) -> None:
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        channel = desk.channel(type="webhook", url=f"http://127.0.0.1:{unheard.getsockname()[1]}/secret")
        assert channel.deliver(event()) == Postponed(note="no answer: NewConnectionError")


def test_a_header_that_cannot_be_sent_is_undeliverable(
    desk: Desk, receiver: Receiver, event: Callable[..., Event]
) -> None:
    desk.environ["KEY"] = "two\nlines"
    channel = desk.channel(type="webhook", url=receiver.url, headers={"X-Key": {"env": "KEY"}})
    assert isinstance(channel.deliver(event()), Undeliverable)


def test_a_missing_secret_waits_for_the_operator(
    desk: Desk, receiver: Receiver, event: Callable[..., Event]
) -> None:
    channel = desk.channel(type="webhook", url=receiver.url, secret={"file": "hook-secret"})
    delivery = channel.deliver(event())
    assert isinstance(delivery, Postponed)
    assert "cannot be read: No such file" in delivery.note
    assert receiver.messages == []
