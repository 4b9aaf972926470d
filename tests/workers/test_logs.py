"""A library's outage is one line; an error of our own keeps its traceback."""

from __future__ import annotations

import logging
import sys

import pytest

from workers.logs import OutageFilter


@pytest.mark.parametrize(
    ("name", "level", "shortened"),
    [
        ("celery.worker.consumer.consumer", logging.WARNING, True),
        ("celery.app.trace", logging.ERROR, False),
        ("cowbane.run", logging.WARNING, False),
    ],
)
def test_only_a_warning_of_a_library_loses_its_traceback(name: str, level: int, shortened: bool) -> None:
    try:
        raise ConnectionError("closed")
    except ConnectionError:
        record = logging.LogRecord(name, level, "f", 1, "broker %s", ("lost",), sys.exc_info())
    assert OutageFilter().filter(record)
    assert (record.exc_info is None) is shortened
    assert record.getMessage() == ("broker lost (ConnectionError: closed)" if shortened else "broker lost")


def test_a_child_that_died_is_one_line() -> None:
    try:
        raise ConnectionError("signal 9")
    except ConnectionError:
        record = logging.LogRecord(
            "celery.worker.request", logging.ERROR, "f", 1, "raised %r", ("lost",), sys.exc_info()
        )
    assert OutageFilter().filter(record)
    assert record.exc_info is None
    assert record.getMessage() == "raised 'lost'"
