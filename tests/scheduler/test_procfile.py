"""The Procfile says which processes there are; a wrong line is said with its number."""

from __future__ import annotations

import pytest

from scheduler.procfile import DEFAULT, ProcfileError, Program, read


def test_values_of_the_environment_are_words_and_no_shell_reads_them() -> None:
    (program,) = read("a: run $NAME --x '$$(id) two'", {"NAME": "q; rm"})
    assert program == Program(name="a", words=("run", "q; rm", "--x", "$(id) two"))


def test_the_built_in_one_starts_redis_first_and_beat_last() -> None:
    names = [program.name for program in read(DEFAULT, {"COWBANE_QUEUES": "q"})]
    assert names == ["redis", "notifier", "worker", "beat"]
    assert [program.name for program in read(DEFAULT, {"COWBANE_QUEUES": "q"}, without=["redis"])] == names[
        1:
    ]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("# fine\n\nno colon", "Procfile:3: expected `name: command`, found 'no colon'"),
        ("a: run $MISSING", "Procfile:1: expected $MISSING in the environment"),
        ("a: run 'open", 'Procfile:1: No closing quotation in "run \'open"'),
    ],
)
def test_a_wrong_line_is_one_sentence_with_its_number(text: str, complaint: str) -> None:
    with pytest.raises(ProcfileError) as wrong:
        read(text, {})
    assert str(wrong.value) == complaint
