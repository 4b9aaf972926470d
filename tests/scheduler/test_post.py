"""Beat's messages on a real Redis: the run id and nothing else, and wake-ups that do not pile up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import Celery

from scheduler.post import CeleryPost
from workers.embedded import EmbeddedRedis
from workers.ledger.records import Dispatch
from workers.settings import NOTIFY_QUEUE


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Celery]:
    with EmbeddedRedis(tmp_path) as redis:
        app = Celery("post", broker=redis.url, set_as_current=False)
        app.conf.broker_transport_options = {"global_keyprefix": "cb:{post}:broker:"}
        yield app
        app.close()


def waiting(app: Celery, queue: str) -> int:
    with app.connection_or_acquire() as connection:
        return int(connection.default_channel.queue_declare(queue).message_count)


def test_a_message_is_the_run_id(app: Celery) -> None:
    sent = CeleryPost(app).send([Dispatch(queue="shop", run_id=f"kill-{number}") for number in range(3)])
    assert sent == waiting(app, "shop") == 3
    with app.connection_or_acquire() as connection, connection.SimpleQueue("shop") as queue:
        message = queue.get(timeout=5)
        assert message.payload[:2] == [["kill-0"], {}]
        message.ack()


def test_while_nobody_listens_one_wake_up_waits(app: Celery) -> None:
    for _ in range(5):
        CeleryPost(app).wake_notifier()
    assert waiting(app, NOTIFY_QUEUE) == 1


def test_a_broker_that_is_away_takes_nothing_and_breaks_nothing() -> None:
    app = Celery("post", broker="redis://127.0.0.1:1", set_as_current=False)
    app.conf.task_publish_retry = False
    post = CeleryPost(app)
    assert post.send([Dispatch(queue="shop", run_id="kill-0")]) == 0
    post.wake_notifier()
    app.close()
