"""No token, secret or webhook URL reaches a log, an error, a repr or the ledger (G12)."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from experiments.clock import FixedClock
from experiments.model import Json
from workers.ledger.memory import MemoryLedger
from workers.notifier.destination import to_json
from workers.notifier.events import Event
from workers.notifier.inbox import Answer
from workers.notifier.outbox import deliver_pending
from workers.notifier.receiver import Receiver
from workers.notifier.secret import Keyring
from workers.notifier.settings import read_channels
from workers.notifier.switchboard import channels

CANARY = "CANARYxyz0123"


def entries(url: str) -> list[Json]:
    return [
        {"type": "slack", "channel": "C1", "token": {"env": "TOKEN"}, "api_url": f"{url}/api/"},
        {"type": "slack", "url": {"env": "HOOK"}},
        {
            "type": "webhook",
            "url": {"env": "WEB"},
            "secret": {"file": "secret"},
            "headers": {"Authorization": {"env": "AUTH"}},
        },
        {"type": "log"},
    ]


def environ(url: str) -> dict[str, str]:
    return {
        "TOKEN": f"xoxb-{CANARY}",
        "HOOK": f"{url}/services/{CANARY}",
        "WEB": f"{url}/{CANARY}?token={CANARY}",
        "AUTH": f"Bearer {CANARY}",
    }


def everything_seen(url: str, folder: Path, event: Event, clock: FixedClock, **wrong: str) -> str:
    """Deliver one event to every kind of channel; all that anybody could see of it afterwards."""
    (folder / "secret").write_text(f"whsec_{CANARY}")
    ledger = MemoryLedger(clock)
    settings, problems = read_channels(entries(url))
    opened = channels(settings, Keyring(environ={**environ(url), **wrong}, folder=folder), clock)
    for channel in opened:
        ledger.open_channel(channel.name)
    ledger.announce(event)
    report = deliver_pending(ledger, opened, holder="n", clock=clock)
    buried = [ledger.dead_letters(channel.name) for channel in opened]
    return repr((problems, opened, report, buried)) + to_json(settings)


@pytest.fixture(autouse=True)
def _hear_everything(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="slack_sdk")


@pytest.mark.parametrize("status", [None, 302, 404, 429, 500])
def test_no_answer_makes_a_secret_seen(
    status: int | None,
    event: Callable[..., Event],
    receiver: Receiver,
    clock: FixedClock,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    receiver.play(*[Answer(status=status)] * 3)
    seen = everything_seen(receiver.url, tmp_path, event(), clock)
    assert CANARY not in seen + caplog.text + "".join(capfd.readouterr())
    assert "event=run-deviated" in caplog.text


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"HOOK": f"gopher://{CANARY}", "WEB": f"gopher://{CANARY}"},
        {"HOOK": f"https://{CANARY} /x", "WEB": f"http://[{CANARY}/"},
        {"HOOK": f"http://127.0.0.1:1/{CANARY}\x7f", "TOKEN": f"a\nb{CANARY}", "AUTH": f"{CANARY}\nx"},
    ],
)
def test_no_failure_makes_a_secret_seen(
    wrong: dict[str, str],
    event: Callable[..., Event],
    clock: FixedClock,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unheard.getsockname()[1]}"
        seen = everything_seen(url, tmp_path, event(), clock, **wrong)
    assert CANARY not in seen + caplog.text + "".join(capfd.readouterr())
    assert "channel=slack-HOOK" in caplog.text


def test_what_the_receiver_keeps_holds_no_credentials(
    event: Callable[..., Event], clock: FixedClock, tmp_path: Path
) -> None:
    file = tmp_path / "messages.jsonl"
    with Receiver(file=file) as receiver:
        everything_seen(receiver.url, tmp_path, event(), clock)
        assert len(receiver.messages) == 3
    assert CANARY not in file.read_text()
