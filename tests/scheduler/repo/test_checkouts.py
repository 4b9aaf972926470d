"""Whoever reads through the link sees one whole commit; the last two are kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from scheduler.repo.checkouts import Busy, Checkouts
from scheduler.repo.source import GitError


@pytest.fixture
def checkouts(tmp_path: Path) -> Checkouts:
    return Checkouts(tmp_path / "git" / "source")


def _take(checkouts: Checkouts, commit: str, text: str = "") -> None:
    with checkouts.scratch() as scratch:
        content = scratch / "content"
        content.mkdir()
        (content / "cowbane.yaml").write_text(text or commit)
        checkouts.take(commit, content)


def _kept(checkouts: Checkouts) -> set[str]:
    return {each.name for each in checkouts.folder.iterdir()} - {".lock"}


def test_nothing_is_there_before_the_first_commit(checkouts: Checkouts) -> None:
    assert checkouts.commit == ""
    assert not checkouts.link.exists()
    with checkouts.scratch():
        pass
    assert _kept(checkouts) == set()


def test_the_link_leads_to_the_last_commit_and_the_one_before_stays(checkouts: Checkouts) -> None:
    for commit in ("a", "b", "c"):
        before = checkouts.link.resolve()
        _take(checkouts, commit)
        assert checkouts.commit == commit
        assert (checkouts.link / "cowbane.yaml").read_text() == commit
        assert commit == "a" or before.is_dir()
    assert _kept(checkouts) == {"b", "c", "current"}


def test_a_commit_that_comes_back_is_in_use_again_as_it_was(checkouts: Checkouts) -> None:
    for commit in ("a", "b"):
        _take(checkouts, commit)
    _take(checkouts, "a", "not read: it is the same commit")
    assert (checkouts.link / "cowbane.yaml").read_text() == "a"
    assert _kept(checkouts) == {"a", "b", "current"}


def test_what_a_dead_process_left_goes_and_its_commit_stays(checkouts: Checkouts) -> None:
    _take(checkouts, "a")
    (checkouts.folder / ".scratch-dead").mkdir()
    (checkouts.folder / ".scratch-dead" / "half").write_text("x")
    (checkouts.folder / ".flipped").symlink_to("nowhere")
    again = Checkouts(checkouts.folder)
    assert again.commit == "a"
    _take(again, "b")
    assert _kept(again) == {"a", "b", "current"}


def test_a_process_at_a_time(checkouts: Checkouts) -> None:
    with checkouts.scratch() as scratch:
        with pytest.raises(Busy), Checkouts(checkouts.folder).scratch():
            pass
        assert scratch.is_dir()
    _take(checkouts, "a")


def _half(checkouts: Checkouts) -> None:
    with checkouts.scratch() as scratch:
        (scratch / "half").write_text("x")
        raise GitError("away")


def test_what_goes_wrong_leaves_no_scratch(checkouts: Checkouts) -> None:
    with pytest.raises(GitError):
        _half(checkouts)
    assert _kept(checkouts) == set()


@pytest.mark.parametrize(
    ("name", "target", "refused"),
    [
        ("inside", "cowbane.yaml", False),
        ("deep/inside", "../cowbane.yaml", False),
        ("dangling", "nothing/here", False),
        ("up", "../other", True),
        ("etc", "/etc", True),
        ("deep/up", "../../../x", True),
        ("round", "round", True),
        ("through", "deep/../..", True),
        ("chained", "deep/top/..", True),
    ],
)
def test_a_link_out_of_the_commit_is_refused_by_name(
    checkouts: Checkouts, name: str, target: str, refused: bool
) -> None:
    _take(checkouts, "before")
    with checkouts.scratch() as scratch:
        content = scratch / "content"
        (content / "deep").mkdir(parents=True)
        (content / "deep" / "top").symlink_to("..")
        (content / "cowbane.yaml").write_text("x")
        (content / name).symlink_to(target)
        if refused:
            with pytest.raises(GitError, match=f"^{name} is a link out of the repo's folder") as wrong:
                checkouts.take("hostile", content)
            assert wrong.value.commit == "hostile"
        else:
            checkouts.take("good", content)
    assert checkouts.commit == ("before" if refused else "good")
