"""Slack shows what we say and nothing that an experiment says it should do."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workers.notifier.blocks import HEADER_LIMIT, SECTION_LIMIT, TEXT_LIMIT, blocks, fallback
from workers.notifier.events import Event, EventName
from workers.notifier.text import message

HOSTILE = "<!channel> <@U1> <https://evil.example|log in> & *bold* `tick` :bomb:"
nasty = st.text(alphabet=st.sampled_from("<>&!@#`*_~\n\u202e:|aé"), max_size=6000)


def texts(said: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [block["text"] for block in said]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(reason=nasty, title=nasty, schedule=nasty, experiment=nasty)
def test_no_mention_and_no_limit_is_ever_broken(
    event: Callable[..., Event], reason: str, title: str, schedule: str, experiment: str
) -> None:
    said = message(
        event(reason=reason, title=title, schedule=schedule, experiment=experiment, undo_failed=True)
    )
    text = fallback(said)
    assert 0 < len(text) <= TEXT_LIMIT
    assert not re.search(r"[<>]|&(?!amp;|lt;|gt;)", text)
    for part in texts(blocks(said)):
        assert 0 < len(part["text"]) <= SECTION_LIMIT
        assert part["type"] == "plain_text" or not re.search(r"[<>]|&(?!amp;|lt;|gt;)", part["text"])
    assert len(blocks(said)[0]["text"]["text"]) <= HEADER_LIMIT
    assert sum(len(part["text"]) for part in texts(blocks(said))) < 13_000


def test_what_an_experiment_says_is_plain_text(event: Callable[..., Event]) -> None:
    said = blocks(message(event(reason=HOSTILE, title=HOSTILE)))
    for part in texts(said)[:3]:
        assert part["type"] == "plain_text"
        assert part["emoji"] is False


def test_only_commands_are_mark_up_and_a_backtick_cannot_end_them(event: Callable[..., Event]) -> None:
    (*_, commands) = texts(blocks(message(event(experiment="a`<!here>`.yaml"))))
    assert commands == {"type": "mrkdwn", "text": "Reproduce: `cowbane run 'a &lt;!here&gt; .yaml'`"}


def test_a_halt_in_slack_has_the_command_that_ends_it(event: Callable[..., Event]) -> None:
    said = texts(blocks(message(event(EventName.HALTED, reason=f"halted by {HOSTILE}"))))
    assert said[0]["text"] == "Halted: nothing is injected, and what is open ends now"
    assert said[1] == {"type": "plain_text", "text": f"halted by {HOSTILE}", "emoji": False}
    assert said[-1] == {"type": "mrkdwn", "text": "Resume: `cowbane resume`"}


@pytest.mark.parametrize("name", EventName)
def test_slack_accepts_the_blocks_of_every_event(name: EventName, event: Callable[..., Event]) -> None:
    from slack_sdk.models.blocks import Block

    said = blocks(message(event(name)))
    assert [parsed.to_dict() for parsed in Block.parse_all(said)] == said
