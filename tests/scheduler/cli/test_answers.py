"""What a person types becomes the value that a file would hold, or one sentence says why not."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from experiments.discovery.ours import ours
from experiments.format.accepts import ANYTHING, Accepts, Either, ListOf, Plain
from experiments.format.library import Argument
from experiments.model import ActivityKind, Json
from scheduler.cli import answers
from scheduler.cli.asking import WrongAnswer
from scheduler.cli.callee import callee

MAYBE = Either((Plain.TEXT, Plain.NOTHING))
FUNCTIONS = {f"{each.module}.{each.name}": each for each in ours() if each.signature.available}


def argument(accepts: Accepts, *, required: bool = False) -> Callable[[str], Json]:
    return partial(answers.argument, Argument(name="it", accepts=accepts, required=required))


@pytest.mark.parametrize(
    ("read", "answer", "value"),
    [
        (argument(Plain.TEXT), "app=shop", "app=shop"),
        (argument(Plain.TEXT), "3", "3"),
        (argument(Plain.TEXT), "no", "no"),
        (argument(Plain.TEXT), "a: b", "a: b"),
        (argument(Plain.TEXT), "{", "{"),
        (argument(Plain.TEXT), "2026-01-01", "2026-01-01"),
        (argument(MAYBE), "null", None),
        (argument(Plain.WHOLE), "3", 3),
        (argument(Plain.WHOLE), "${qty}", "${qty}"),
        (argument(Plain.NUMBER), "2.5", 2.5),
        (argument(Plain.TRUTH), "true", True),
        (argument(ListOf(Plain.TEXT)), "[a, b]", ["a", "b"]),
        (argument(ANYTHING), "{a: [1]}", {"a": [1]}),
        (argument(ANYTHING), "2026-01-01", "2026-01-01"),
        (argument(ANYTHING), "!!binary x", "!!binary x"),
        (answers.tolerance, "true", True),
        (answers.tolerance, "[200, 204]", [200, 204]),
        (answers.tolerance, "{type: regex, pattern: ^a}", {"type": "regex", "pattern": "^a"}),
        (answers.seconds, "", 0),
        (answers.seconds, "1.5", 1.5),
        (answers.seconds, "${pause}", "${pause}"),
        (answers.words, "a title", "a title"),
    ],
)
def test_an_answer_is_a_value(read: Callable[[str], Json], answer: str, value: Json) -> None:
    assert read(answer) == value


@pytest.mark.parametrize(
    ("read", "answer", "said"),
    [
        (argument(Plain.WHOLE), "three", "it: expected a whole number, found 'three'"),
        (argument(Plain.WHOLE, required=True), "", "it is needed: expected whole number"),
        (argument(ListOf(Plain.TEXT)), "a, b", "it: expected a list, found 'a, b'"),
        (answers.tolerance, "", "expected an answer, found nothing"),
        (
            answers.tolerance,
            "{type: range, range: [1]}",
            "expected range as a list of two numbers, found a list",
        ),
        (answers.seconds, "-1", "expected seconds or ${name}, found '-1'"),
        (answers.seconds, "long", "expected seconds or ${name}, found 'long'"),
        (answers.words, "", "expected an answer, found nothing"),
    ],
)
def test_a_wrong_answer_is_told_why(read: Callable[[str], Json], answer: str, said: str) -> None:
    with pytest.raises(WrongAnswer) as refused:
        read(answer)
    assert str(refused.value) == said


@pytest.mark.parametrize(
    ("answer", "provider", "kind"),
    [
        (
            "chaosk8s.pod.probes.count_pods",
            {"type": "python", "module": "chaosk8s.pod.probes", "func": "count_pods"},
            ActivityKind.PROBE,
        ),
        (
            "terminate_pods",
            {"type": "python", "module": "chaosk8s.pod.actions", "func": "terminate_pods"},
            ActivityKind.ACTION,
        ),
        ("os.path.isdir", {"type": "python", "module": "os.path", "func": "isdir"}, None),
        ("http://shop/a?b", {"type": "http", "url": "http://shop/a?b", "timeout": 5}, ActivityKind.PROBE),
        ("sh -c 'exit 0'", {"type": "process", "path": "sh", "arguments": ["-c", "exit 0"]}, None),
    ],
)
def test_a_function_a_url_and_a_command_line_can_be_called(
    answer: str, provider: dict[str, Json], kind: ActivityKind | None
) -> None:
    called = callee(answer, FUNCTIONS)
    assert (called.provider, called.kind) == (provider, kind)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            "terminate_pod",
            "no function, URL or program is called 'terminate_pod'; did you mean 'terminate_pods'?",
        ),
        ("sh -c 'exit", "expected a command line: No closing quotation"),
        ("ftp://shop/", "expected a URL like http://shop.example.com/, found 'ftp://shop/'"),
        (
            "chaosk8s.node.actions.drain_nodes",
            "chaosk8s.node.actions.drain_nodes is known, but not in this version",
        ),
        (
            "chaosk8s.pod.actions.terminate_pod",
            "no activity 'chaosk8s.pod.actions.terminate_pod'; "
            "did you mean 'chaosk8s.pod.actions.terminate_pods'?",
        ),
        ("nothing.there.at_all", "no module 'nothing.there.at_all'; install what provides 'nothing'"),
    ],
)
def test_what_cannot_be_called_is_told_why(answer: str, said: str) -> None:
    with pytest.raises(WrongAnswer) as refused:
        callee(answer, FUNCTIONS)
    assert str(refused.value).startswith(said)


def test_a_name_of_two_functions_is_asked_for_in_full() -> None:
    count = FUNCTIONS["chaosk8s.pod.probes.count_pods"]
    with pytest.raises(WrongAnswer, match="say which"):
        callee("count_pods", {"a": count, "b": count})
