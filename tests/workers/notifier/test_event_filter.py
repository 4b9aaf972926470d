"""Filters let through what people mean by them."""

from __future__ import annotations

import pytest

from workers.notifier.events import EventFilter, EventName

BOOK = ("discover-failed", "run-failed", "validate-failed")
ENDS_BADLY = {
    "run-deviated",
    "run-baseline-not-met",
    "run-probe-error",
    "run-action-error",
    "run-interrupted",
    "run-error",
    "run-lost",
    "undo-failed",
}


@pytest.mark.parametrize(
    ("entries", "heard"),
    [
        (BOOK, ENDS_BADLY | {"discovery-failed", "validate-failed"}),
        (("run-failed",), ENDS_BADLY),
        (("run-completed",), {"run-passed"}),
        (("run-*",), (ENDS_BADLY - {"undo-failed"}) | {"run-started", "run-passed"}),
        (("fire-*",), {"fire-skipped", "fire-missed"}),
        (("halted", "resumed"), {"halted", "resumed"}),
        (("*",), {name.value for name in EventName}),
        ((), set()),
    ],
)
def test_a_filter_lets_through_exactly(entries: tuple[str, ...], heard: set[str]) -> None:
    assert {name.value for name in EventName if EventFilter(entries).wants(name)} == heard


def test_a_fire_is_never_a_failed_run() -> None:
    assert not EventFilter(("run-failed",)).wants(EventName.FIRE_MISSED)
    assert not EventFilter(("run-failed",)).wants(EventName.FIRE_SKIPPED)
