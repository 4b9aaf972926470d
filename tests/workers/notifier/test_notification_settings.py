"""The `notifications` list: what is read, what is refused, and that no secret is ever quoted."""

from __future__ import annotations

from typing import Any

import pytest

from experiments.format.problem import Severity
from experiments.model import Json
from workers.notifier.destination import Log, SlackBot, SlackHook, Webhook, from_json, to_json
from workers.notifier.secret import SecretReference, Source
from workers.notifier.settings import read_channels

TOKEN = SecretReference(source=Source.ENV, name="SLACK_TOKEN")
CANARY = "xoxb-0123456789-canary"
SLACK: dict[str, Any] = {"type": "slack", "channel": "C0123456", "token": {"env": "SLACK_TOKEN"}}

READ: list[tuple[dict[str, Any], object]] = [
    (
        {**SLACK, "events": ["run-failed", "validate-failed"]},
        SlackBot(
            name="slack-C0123456", channel="C0123456", token=TOKEN, events=("run-failed", "validate-failed")
        ),
    ),
    (
        {"type": "slack", "url": {"file": "slack/url"}},
        SlackHook(name="slack-slack-url", url=SecretReference(source=Source.FILE, name="slack/url")),
    ),
    (
        {"type": "webhook", "url": "https://hooks.example.com/chaos", "secret": {"file": "hook-secret"}},
        Webhook(
            name="webhook-hooks.example.com",
            url="https://hooks.example.com/chaos",
            secret=SecretReference(source=Source.FILE, name="hook-secret"),
        ),
    ),
    (
        {"type": "webhook", "name": "pager", "url": {"env": "PAGER_URL"}, "headers": {"X-Team": "shop"}},
        Webhook(
            name="pager",
            url=SecretReference(source=Source.ENV, name="PAGER_URL"),
            headers={"x-team": "shop"},
        ),
    ),
    (
        {"type": "webhook", "url": "http://in.cluster/", "headers": {"Authorization": {"env": "AUTH"}}},
        Webhook(
            name="webhook-in.cluster",
            url="http://in.cluster/",
            headers={"authorization": SecretReference(source=Source.ENV, name="AUTH")},
        ),
    ),
    ({"type": "log", "events": ["*"]}, Log(name="log")),
    (
        {
            "type": "plugin",
            "module": "chaosslack.notification",
            "token": {"env": "SLACK_TOKEN"},
            "channel": "#chaos",
            "events": ["run-failed"],
        },
        SlackBot(name="slack-chaos", channel="#chaos", token=TOKEN, events=("run-failed",)),
    ),
    (
        {
            "type": "http",
            "url": "https://hooks.example.com/",
            "verify_tls": False,
            "forward_event_payload": False,
            "events": ["run-completed", "discover-failed"],
        },
        Webhook(
            name="webhook-hooks.example.com",
            url="https://hooks.example.com/",
            verify_tls=False,
            with_event=False,
            events=("run-completed", "discover-failed"),
        ),
    ),
]


@pytest.mark.parametrize(("entry", "expected"), READ)
def test_an_entry_is_read_as(entry: dict[str, Any], expected: object) -> None:
    channels, problems = read_channels([entry])
    assert (channels, problems) == ((expected,), [])


@pytest.mark.parametrize("entry", [entry for entry, _ in READ])
def test_the_compiled_form_says_the_same(entry: dict[str, Any]) -> None:
    channels, _ = read_channels([entry])
    assert from_json(to_json(channels)) == channels


REFUSED: list[tuple[Any, tuple[str | int, ...], str]] = [
    ("slack", (0,), "expected a channel"),
    ({"channel": "C1"}, (0,), "type: expected a text, found nothing"),
    ({"type": "slak"}, (0, "type"), "unknown type 'slak'; did you mean 'slack'?"),
    ({**SLACK, "event": ["*"]}, (0, "event"), "unknown key 'event' for type slack; did you mean 'events'?"),
    ({**SLACK, "events": ["run-faild"]}, (0, "events", 0), "unknown event 'run-faild'; did you mean"),
    ({**SLACK, "events": [1]}, (0, "events"), "expected a list of event names"),
    ({**SLACK, "events": None}, (0, "events"), "expected a list of event names"),
    ({**SLACK, "token": CANARY}, (0, "token"), "may not stand in the repo; put it into env or file"),
    ({**SLACK, "token": {"env": CANARY}}, (0, "token", "env"), "expected the name of an environment"),
    ({**SLACK, "token": {"file": CANARY}}, (0, "token", "file"), "expected the name of a file"),
    ({**SLACK, "token": {"vault": "a"}}, (0, "token"), "expected {env: NAME} or {file: path}"),
    ({**SLACK, "token": None}, (0, "token"), "expected {env: NAME} or {file: path}, found nothing"),
    ({"type": "slack", "channel": "C1"}, (0,), "token: expected {env: NAME}"),
    ({**SLACK, "url": {"env": "URL"}}, (0, "url"), "found both"),
    ({"type": "slack", "url": f"https://hooks.slack.com/{CANARY}"}, (0, "url"), "may not stand in the repo"),
    ({"type": "webhook", "url": f"https://hooks.slack.com/{CANARY}"}, (0, "url"), "use type: slack"),
    ({"type": "webhook", "url": f"https://u:{CANARY}@example.com"}, (0, "url"), "put it into env or file"),
    ({"type": "webhook", "url": f"https://example.com/?token={CANARY}"}, (0, "url"), "put it into env or"),
    ({"type": "webhook", "url": "ftp://example.com"}, (0, "url"), "expected a URL such as"),
    ({"type": "webhook", "url": "https://exa\nmple.com"}, (0, "url"), "expected a URL such as"),
    ({"type": "webhook", "url": "https://[::"}, (0, "url"), "expected a URL such as"),
    ({"type": "webhook"}, (0,), "url: expected a text, found nothing"),
    (
        {"type": "webhook", "url": "https://a.example", "headers": {"Authorization": CANARY}},
        (0, "headers", "Authorization"),
        "may not stand in the repo",
    ),
    (
        {"type": "webhook", "url": "https://a.example", "headers": {"X-Team": "a\r\nX-Evil: 1"}},
        (0, "headers", "X-Team"),
        "expected one line of ASCII text",
    ),
    ({"type": "webhook", "url": "https://a.example", "verify_tls": "no"}, (0, "verify_tls"), "true or false"),
    ({"type": "plugin", "module": "my.plugin"}, (0, "module"), "only chaosslack.notification is read"),
    ({"type": "log", "name": "a b"}, (0, "name"), "expected letters, digits"),
]


@pytest.mark.parametrize(("entry", "path", "words"), REFUSED)
def test_a_wrong_entry_is_one_problem_in_its_place(
    entry: Any, path: tuple[str | int, ...], words: str
) -> None:
    channels, problems = read_channels([entry])
    assert channels == ()
    assert [problem.path for problem in problems] == [path]
    assert words in problems[0].message
    assert "canary" not in problems[0].message
    assert "\n" not in problems[0].message


def test_every_problem_is_told_at_once() -> None:
    _, problems = read_channels([{"type": "slack", "events": ["x"], "colour": 1}, {"type": "log"}, 3])
    assert [problem.path for problem in problems] == [(0, "colour"), (0,), (0,), (0, "events", 0), (2,)]


def test_two_channels_of_one_name_are_refused() -> None:
    channels, problems = read_channels([SLACK, {**SLACK, "events": ["halted"]}, {**SLACK, "name": "third"}])
    assert [channel.name for channel in channels] == ["slack-C0123456", "third"]
    assert [(problem.path, "give this one a `name`" in problem.message) for problem in problems] == [
        ((1,), True)
    ]


@pytest.mark.parametrize(
    ("events", "words"),
    [(["validate-started", "run-failed"], "event of Chaos Toolkit"), ([], "never hears anything")],
)
def test_an_entry_without_effect_is_a_warning_and_loads(events: list[Json], words: str) -> None:
    channels, problems = read_channels([{**SLACK, "events": events}])
    assert len(channels) == 1
    assert [problem.severity for problem in problems] == [Severity.WARNING]
    assert words in problems[0].message


def test_a_name_never_holds_the_path_of_a_url() -> None:
    channels, _ = read_channels([{"type": "webhook", "url": f"https://hooks.example.com/{CANARY}"}])
    assert channels[0].name == "webhook-hooks.example.com"
