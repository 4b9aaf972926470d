"""Slack's answers become values, over real HTTP."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from workers.notifier.channel import Channel, Delivered, Delivery, Postponed, Undeliverable
from workers.notifier.events import Event
from workers.notifier.inbox import Answer, Kind
from workers.notifier.receiver import Receiver

if TYPE_CHECKING:
    from desk import Desk

BOTH = pytest.mark.parametrize("which", ["slack_bot", "slack_hook"])


@BOTH
def test_a_message_arrives_as_people_read_it(
    which: str, event: Callable[..., Event], receiver: Receiver, request: pytest.FixtureRequest
) -> None:
    channel: Channel = request.getfixturevalue(which)
    assert channel.deliver(event(reason="expected 200, found <503> & more")) == Delivered()
    (got,) = receiver.messages
    assert got.kind is Kind.SLACK
    assert got.channel == ("C0123456" if which == "slack_bot" else "")
    assert got.text.startswith("go-demo-8: abort-half deviated\nexpected 200, found <503> & more\nWhere:")
    sent = json.loads(got.body)
    assert sent["blocks"][0]["text"]["text"] == "go-demo-8: abort-half deviated"
    assert sent["unfurl_links"] is False


ANSWERS: list[tuple[Answer, Delivery]] = [
    (Answer(status=429, headers={"Retry-After": "7"}), Postponed(note="answered 429", seconds=7)),
    (Answer(status=429), Postponed(note="answered 429")),
    (Answer(status=500), Postponed(note="answered 500")),
    (Answer(status=503, headers={"Retry-After": "30"}), Postponed(note="answered 503", seconds=30)),
    (Answer(status=403), Undeliverable(why="answered 403")),
    (Answer(status=404, text="<no page>"), Undeliverable(why="answered 404")),
]


@BOTH
@pytest.mark.parametrize(("answer", "delivery"), ANSWERS)
def test_an_answer_means(
    which: str,
    answer: Answer,
    delivery: Delivery,
    event: Callable[..., Event],
    receiver: Receiver,
    request: pytest.FixtureRequest,
) -> None:
    channel: Channel = request.getfixturevalue(which)
    receiver.play(answer)
    assert channel.deliver(event()) == delivery
    assert receiver.messages == []


@pytest.mark.parametrize(("status", "code"), [(404, "no_service"), (410, "channel_is_archived")])
def test_slacks_own_word_for_a_dead_hook_is_told(
    status: int, code: str, slack_hook: Channel, receiver: Receiver, event: Callable[..., Event]
) -> None:
    receiver.play(Answer(status=status, text=code))
    assert slack_hook.deliver(event()) == Undeliverable(why=f"answered {status} ({code})")


@pytest.mark.parametrize(
    ("text", "delivery"),
    [
        (
            '{"ok": false, "error": "channel_not_found"}',
            Undeliverable(why="Slack answered channel_not_found"),
        ),
        ('{"ok": false, "error": "internal_error"}', Postponed(note="answered internal_error")),
        (
            "<html>log in first</html>",
            Postponed(note="something that is not Slack's API answered, e.g. a proxy"),
        ),
    ],
)
def test_a_refusal_with_status_200_is_no_delivery(
    text: str, delivery: Delivery, slack_bot: Channel, receiver: Receiver, event: Callable[..., Event]
) -> None:
    receiver.play(Answer(status=200, text=text))
    assert slack_bot.deliver(event()) == delivery


@BOTH
def test_after_429_the_next_try_arrives(
    which: str, event: Callable[..., Event], receiver: Receiver, request: pytest.FixtureRequest
) -> None:
    channel: Channel = request.getfixturevalue(which)
    receiver.play(Answer(status=429, headers={"Retry-After": "1"}))
    assert isinstance(channel.deliver(event()), Postponed)
    assert channel.deliver(event()) == Delivered()
    assert len(receiver.messages) == 1


def test_a_bad_token_is_undeliverable_and_a_rotated_one_is_read_again(
    desk: Desk, slack_bot: Channel, receiver: Receiver, event: Callable[..., Event]
) -> None:
    receiver.accept_only("xoxb-rotated")
    assert slack_bot.deliver(event()) == Undeliverable(why="Slack answered invalid_auth")
    desk.environ["SLACK_TOKEN"] = "xoxb-rotated"
    assert slack_bot.deliver(event()) == Delivered()


def test_a_missing_secret_waits_for_the_operator(
    desk: Desk, slack_bot: Channel, slack_hook: Channel, event: Callable[..., Event]
) -> None:
    desk.environ.clear()
    missing = "the environment variable {} is not set for the notifier"
    assert slack_bot.deliver(event()) == Postponed(note=missing.format("SLACK_TOKEN"))
    assert slack_hook.deliver(event()) == Postponed(note=missing.format("SLACK_URL"))


@pytest.mark.parametrize("url", ["hooks.slack.com/x", "file:///etc/passwd"])
def test_a_hook_that_is_no_url_waits_for_the_operator(
    desk: Desk, url: str, slack_hook: Channel, event: Callable[..., Event]
) -> None:
    desk.environ["SLACK_URL"] = url
    assert slack_hook.deliver(event()) == Postponed(note="the secret {env: SLACK_URL} is not a URL")


def test_nobody_there_is_postponed(desk: Desk, event: Callable[..., Event]) -> None:
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unheard.getsockname()[1]}/"
        desk.environ.update(SLACK_TOKEN="xoxb-1", SLACK_URL=url)
        bot, hook = desk.channels(
            {"type": "slack", "channel": "C1", "token": {"env": "SLACK_TOKEN"}, "api_url": url},
            {"type": "slack", "url": {"env": "SLACK_URL"}},
        )
        refused = Postponed(note="Slack did not answer: Connection refused")
        assert (bot.deliver(event()), hook.deliver(event())) == (refused, refused)
