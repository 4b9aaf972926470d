"""A poll brings the newest commit or changes nothing; what goes wrong is said once, and when it is over."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from scheduler.repo.checkouts import Checkouts
from scheduler.repo.polling import Polling
from scheduler.repo.source import GitError, GitSource

SHOWN = "git https://git.example.com/chaos at main"


@dataclass
class Server:
    """Has one commit, or something wrong."""

    commit: str = "a1"
    wrong: Exception | None = None
    fetched: list[str] = field(default_factory=list)

    def fetch(self, known: Collection[str], scratch: Path) -> tuple[str, Path | None]:
        to_blame = self.wrong.commit if isinstance(self.wrong, GitError) else ""
        if self.wrong and (not to_blame or to_blame not in known):
            raise self.wrong
        if self.commit in known:
            return self.commit, None
        self.fetched.append(self.commit)
        (scratch / "content").mkdir()
        (scratch / "content" / "cowbane.yaml").write_text(self.commit)
        return self.commit, scratch / "content"


class Rig:
    def __init__(self, folder: Path) -> None:
        self.server = Server()
        self.checkouts = Checkouts(folder)
        self.polling = Polling(
            source=GitSource(url="https://git.example.com/chaos", ref="main"),
            remote=self.server,
            checkouts=self.checkouts,
            pause=self.pause,
        )
        self.between: list[Callable[[], object]] = []
        self.paused: list[float] = []

    def pause(self, seconds: float) -> None:
        self.paused.append(seconds)
        if not self.between:
            raise KeyboardInterrupt
        self.between.pop(0)()


@pytest.fixture
def rig(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Rig:
    caplog.set_level(logging.INFO, "cowbane.git")
    return Rig(tmp_path / "git")


def test_a_new_commit_is_brought_once_and_said(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    for commit in ("a1", "a1", "b2", "b2", "a1"):
        rig.server.commit = commit
        rig.polling.poll()
        assert (rig.checkouts.link / "cowbane.yaml").read_text() == commit
    assert rig.server.fetched == ["a1", "b2", "a1"]
    assert caplog.messages == [f"{SHOWN}: commit {commit} is checked out" for commit in ("a1", "b2", "a1")]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (GitError("its server answers HTTP 503"), "its server answers HTTP 503"),
        (OSError(28, "No space left on device"), "OSError: [Errno 28] No space left on device"),
    ],
)
def test_what_goes_wrong_is_said_once_and_when_it_works_again(
    rig: Rig, caplog: pytest.LogCaptureFixture, wrong: Exception, said: str
) -> None:
    rig.server.wrong = wrong
    for _ in range(3):
        rig.polling.poll()
    assert rig.checkouts.commit == ""
    rig.server.wrong = None
    rig.polling.poll()
    rig.server.wrong = wrong
    for _ in range(3):
        rig.polling.poll()
    assert rig.checkouts.commit == "a1"
    assert caplog.messages == [
        f"{SHOWN}: {said}; no repo is in force until it works",
        f"{SHOWN}: commit a1 is checked out",
        f"{SHOWN}: it works again",
        f"{SHOWN}: {said}; commit a1 stays",
    ]


def test_another_problem_is_said_too(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    for words in ("away", "away", "no token", "away"):
        rig.server.wrong = GitError(words)
        rig.polling.poll()
    assert [message.split(": ")[1].split(";")[0] for message in caplog.messages] == [
        "away",
        "no token",
        "away",
    ]


def test_a_commit_that_is_to_blame_is_not_fetched_again_until_the_source_names_another(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    rig.polling.poll()
    rig.server.commit, rig.server.wrong = "b2", GitError("it is too large", "b2")
    for _ in range(3):
        rig.polling.poll()
    assert rig.checkouts.commit == "a1"
    assert caplog.messages[1:] == [f"{SHOWN}: it is too large; commit a1 stays"]
    rig.server.commit, rig.server.wrong = "c3", None
    rig.polling.poll()
    assert rig.checkouts.commit == "c3"
    assert caplog.messages[-1] == f"{SHOWN}: it works again"


def test_while_another_process_polls_nothing_is_said(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    with Checkouts(rig.checkouts.folder).scratch():
        rig.polling.poll()
    assert (rig.server.fetched, caplog.messages) == ([], [])


def test_it_polls_at_once_and_then_every_so_often(rig: Rig) -> None:
    rig.between = [lambda: setattr(rig.server, "commit", "b2")]
    with pytest.raises(KeyboardInterrupt):
        rig.polling.run()
    assert rig.server.fetched == ["a1", "b2"]
    assert rig.paused == [60.0, 60.0]
