"""A secret reaches the activity that needs it and nothing that anybody reads."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from urllib.parse import quote

import pytest
from small_world import Watcher, World, action, experiment, probe

from experiments.engine.run import run
from experiments.failures import ActivityFailed
from experiments.faults.intent import Intent, Undone, UndoResult
from experiments.model import Experiment, Json
from experiments.narration import line

CANARY = "Canary/8c1f+å=4711"
FORMS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "in a URL": lambda word: f"http://x/?t={quote(word, safe='')}",
    "in base64": lambda word: b64encode(f"ann:{word}".encode()).decode(),
    "in bytes": lambda word: repr({"body": [word]}),
}
SECRETS: dict[str, Json] = {"api": {"token": {"type": "env", "key": "TOKEN"}}}


class Leaky(World):
    """Says its secret wherever it can."""

    def __init__(self, form: Callable[[str], str]) -> None:
        super().__init__()
        self.leak = form(CANARY)

    def answer(self, token: str) -> Json:
        assert token == CANARY
        return {"you said": [self.leak], self.leak: token}

    def refuse(self, token: str) -> None:
        raise ActivityFailed(f"not with {self.leak}")

    def crash(self, token: str) -> None:
        raise KeyError(self.leak)

    def undo(self, intent: Intent) -> Undone:
        if intent.target.name == "b":
            raise OSError(self.leak)
        return Undone(result=UndoResult.FAILED, detail=self.leak)


PLACES: dict[str, Experiment] = {
    "in an answer": experiment(probe("answer", token="${token}"), secrets=SECRETS),
    "in a verdict": experiment(steady=(probe("answer", token="${token}"),), secrets=SECRETS),
    "in a failure": experiment(action("refuse", token="${token}"), secrets=SECRETS),
    "in a crash": experiment(action("crash", token="${token}"), secrets=SECRETS),
    "beside the method": experiment(action("refuse", token="${token}", background=True), secrets=SECRETS),
    "in a rollback": experiment(
        action("say", word="x"), rollbacks=(action("refuse", token="${token}"),), secrets=SECRETS
    ),
    "in an undo": experiment(action("put_out", name="a"), action("put_out", name="b"), secrets=SECRETS),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("given", PLACES.values(), ids=PLACES)
def test_it_is_in_no_output(given: Experiment, form: Callable[[str], str]) -> None:
    watcher, world = Watcher(), Leaky(form)
    journal = run(given, world.host(environment={"TOKEN": CANARY}, progress=watcher, undo_attempts=2))
    seen = [journal.as_json(), journal.reason, repr(watcher.events), *map(line, watcher.events)]
    assert [text for text in seen if CANARY in text or world.leak in text] == []
    assert "***" in journal.as_json()


def test_a_sentence_that_is_cut_ends_in_no_part_of_a_secret() -> None:
    passphrase = "correct horse battery staple"
    world = World()
    told = experiment(
        probe("say", tolerance="ready", word="x" * 100 + " ${token}"),
        secrets={"api": {"token": passphrase}},
    )
    journal = run(told, world.host())
    assert "correct" not in journal.as_json()
    assert 'expected "ready", got "xxx' in journal.reason


def test_a_secret_of_the_file_is_hidden_also_where_another_value_replaces_it() -> None:
    inline: Json = {"api": {"token": "canary-of-the-file"}}
    told = experiment(
        action("say", word="x"), secrets={"api": {"token": "other"}}, source={"secrets": inline}
    )
    assert "canary-of-the-file" not in run(told, World().host()).as_json()
