"""The engine owns nothing of its process: runs may go side by side in threads."""

from __future__ import annotations

import os
import signal
from threading import Barrier, Thread

from small_world import World, action, experiment, probe

from experiments.engine.run import run
from experiments.journal import Journal
from experiments.model import Outcome


class Meeting(World):
    """A world in which an activity waits for the same activity of another run."""

    def __init__(self, together: Barrier) -> None:
        super().__init__()
        self.together = together

    def meet(self) -> None:
        self.together.wait(30)


def test_runs_go_side_by_side_and_know_nothing_of_each_other() -> None:
    together, journals = Barrier(3), dict[str, Journal]()

    def one(word: str) -> None:
        world = Meeting(together)
        made = experiment(
            action("meet"),
            action("say", word="${word}"),
            steady=(probe("is_on", name="a"),),
            configuration={"word": word},
            secrets={"group": {"token": f"canary-{word}"}},
        )
        journals[word] = run(made, world.host(run_id=word))
        assert word in world.told

    threads = [Thread(target=one, args=(word,)) for word in ("one", "two", "three")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert {word: journal.outcome for word, journal in journals.items()} == dict.fromkeys(
        ("one", "two", "three"), Outcome.PASSED
    )
    assert all(journal.run[1].output == word for word, journal in journals.items())


def test_a_run_leaves_signals_and_environment_as_they_were() -> None:
    before = [signal.getsignal(each) for each in signal.valid_signals()], dict(os.environ)
    run(experiment(action("say", word="act")), World().host())
    assert ([signal.getsignal(each) for each in signal.valid_signals()], dict(os.environ)) == before
