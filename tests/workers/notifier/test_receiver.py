"""The receiver answers as Slack and webhooks do, keeps what it got, and prints nothing but its URL."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import urllib3
from waiting import eventually

from workers.notifier.channel import Delivered, Postponed
from workers.notifier.events import Event
from workers.notifier.inbox import Answer
from workers.notifier.receiver import Receiver

if TYPE_CHECKING:
    from desk import Desk


def test_as_a_process_it_prints_its_url_and_writes_lines_until_it_is_told_to_end(
    tmp_path: Path, desk: Desk, event: Callable[..., Event]
) -> None:
    lines = tmp_path / "messages.jsonl"
    command = [sys.executable, "-m", "workers.notifier.receiver", "--port", "0", "--file", str(lines)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        desk.environ.update(TOKEN="xoxb-canary", HOOK=f"{url}/services/canary")
        channels = desk.channels(
            {"type": "slack", "channel": "C1", "token": {"env": "TOKEN"}, "api_url": f"{url}/api/"},
            {"type": "slack", "url": {"env": "HOOK"}},
            {"type": "webhook", "url": url},
        )
        assert [channel.deliver(event()) for channel in channels] == [Delivered()] * 3
        process.send_signal(signal.SIGTERM)
        rest, errors = process.communicate(timeout=20)
    assert (process.returncode, rest, errors) == (0, "", "")
    kept = [json.loads(line) for line in lines.read_text().splitlines()]
    assert [message["kind"] for message in kept] == ["slack", "slack", "webhook"]
    assert all("abort-half-20261123t091701z" in message["text"] for message in kept)
    assert kept[2]["event"] == json.loads(event().to_json())
    assert "canary" not in lines.read_text()


def test_other_methods_of_slack_need_a_token_too(receiver: Receiver) -> None:
    with urllib3.PoolManager() as pool:
        answers = [
            pool.request("POST", f"{receiver.url}/api/auth.test", headers=headers).json()
            for headers in ({}, {"Authorization": "Bearer xoxb-1"})
        ]
    assert [answer["ok"] for answer in answers] == [False, True]
    assert receiver.messages == []


def test_a_body_that_is_no_event_is_kept_as_it_came(receiver: Receiver) -> None:
    with urllib3.PoolManager() as pool:
        assert pool.request("POST", receiver.url, body=b"[1]").status == 204
    (got,) = receiver.messages
    assert (got.text, got.event) == ("[1]", None)


def test_a_slow_answer_is_a_time_out_for_the_channel_and_never_holds_the_receivers_end(
    desk: Desk, event: Callable[..., Event]
) -> None:
    began = time.monotonic()
    with Receiver() as receiver:
        receiver.play(Answer(delay=600))
        assert desk.channel(type="webhook", url=receiver.url).deliver(event()) == Postponed(
            note="no answer: ReadTimeoutError"
        )
    assert 4 < time.monotonic() - began < 15


def test_a_delayed_message_is_kept(desk: Desk, receiver: Receiver, event: Callable[..., Event]) -> None:
    receiver.play(Answer(delay=0.05))
    assert desk.channel(type="webhook", url=receiver.url).deliver(event()) == Delivered()
    assert eventually(lambda: len(receiver.messages) == 1)
