"""Each content of the repo is told once, however its files changed."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from repos import shop

from experiments.clock import FixedClock
from scheduler.repo.checkouts import Checkouts
from scheduler.repo.load import load
from scheduler.repo.refusal import refusal
from scheduler.repo.watch import RepoWatch


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 11, 23, tzinfo=UTC))


def test_the_first_content_is_a_change_and_the_same_again_is_none(tmp_path: Path, clock: FixedClock) -> None:
    watch = RepoWatch(root=shop(tmp_path), load=load, clock=clock)
    first = watch.look()
    assert first
    assert first.repo
    clock.advance(2)
    assert watch.look() is None
    (watch.root / "schedules" / "shop.yaml").touch()
    clock.advance(2)
    assert watch.look() is None


def test_a_broken_content_has_errors_and_no_repo_and_is_told_once(tmp_path: Path, clock: FixedClock) -> None:
    watch = RepoWatch(root=shop(tmp_path), load=load, clock=clock)
    watch.look()
    (watch.root / "cowbane.yaml").write_text("version: [")
    clock.advance(2)
    change = watch.look()
    assert change
    assert change.repo is None
    assert change.errors
    clock.advance(2)
    assert watch.look() is None


def test_it_looks_once_a_second_at_most(tmp_path: Path, clock: FixedClock) -> None:
    watch = RepoWatch(root=shop(tmp_path), load=load, clock=clock)
    watch.look()
    (watch.root / "cowbane.yaml").write_text("version: 2")
    clock.advance(0.5)
    assert watch.look() is None
    clock.advance(0.6)
    assert watch.look()


def test_a_configmap_that_is_flipped_is_a_change(tmp_path: Path, clock: FixedClock) -> None:
    """As the kubelet does it: files are links through ..data, which is switched to a new folder."""
    mount = tmp_path / "mount"
    mount.mkdir()
    source = shop(tmp_path)
    flat = {
        "cowbane.yaml": source / "cowbane.yaml",
        "schedules.shop.yaml": source / "schedules" / "shop.yaml",
        **{f"experiments.{path.name}": path for path in (source / "experiments").iterdir()},
    }
    for number, zone in enumerate(("Europe/Madrid", "Europe/Paris")):
        folder = mount / f"..{number}"
        folder.mkdir()
        for name, path in flat.items():
            (folder / name).write_text(path.read_text().replace("Europe/Madrid", zone))
    (mount / "..data").symlink_to("..0")
    for name in flat:
        (mount / name).symlink_to(f"..data/{name}")
    watch = RepoWatch(root=mount, load=load, clock=clock)
    first = watch.look()
    assert first
    assert first.repo, first.problems
    (mount / "..new").symlink_to("..1")
    (mount / "..new").rename(mount / "..data")
    clock.advance(2)
    second = watch.look()
    assert second
    assert second.repo
    assert {each.timezone for each in second.repo.schedules.values()} == {"Europe/Paris"}


def test_a_link_inside_that_is_flipped_is_a_change(tmp_path: Path, clock: FixedClock) -> None:
    repo = shop(tmp_path)
    (repo / "schedules").rename(repo / "v1")
    (repo / "v2").mkdir()
    text = (repo / "v1" / "shop.yaml").read_text()
    (repo / "v2" / "shop.yaml").write_text(text.replace("*/20", "*/10"))
    (repo / "schedules").symlink_to("v1")
    watch = RepoWatch(root=repo, load=load, clock=clock)
    first = watch.look()
    (repo / "new").symlink_to("v2")
    (repo / "new").rename(repo / "schedules")
    clock.advance(2)
    second = watch.look()
    assert first
    assert second
    assert first.repo
    assert second.repo
    assert second.revision == second.repo.revision != first.repo.revision


def _take(checkouts: Checkouts, commit: str, repo: Path) -> None:
    with checkouts.scratch() as scratch:
        shutil.copytree(repo, scratch / "content")
        checkouts.take(commit, scratch / "content")


def test_a_commit_of_git_is_a_change_that_knows_its_commit(tmp_path: Path, clock: FixedClock) -> None:
    checkouts = Checkouts(tmp_path / "git")
    watch = RepoWatch(root=checkouts.link, load=load, clock=clock, git=True)
    assert watch.look() is None  # there is no commit yet, and who polls says why
    repo = shop(tmp_path)
    clock.advance(2)
    _take(checkouts, "a" * 40, repo)
    first = watch.look()
    assert first
    assert first.repo
    assert str(first) == f"revision {first.revision[:12]} (git aaaaaaaaaaaa)"
    clock.advance(2)
    _take(checkouts, "b" * 40, repo)
    assert watch.look() is None  # another commit with the same files
    (repo / "cowbane.yaml").write_text("version: [")
    clock.advance(2)
    _take(checkouts, "c" * 40, repo)
    broken = watch.look()
    assert broken
    assert (broken.repo, broken.commit) == (None, "c" * 40)
    told = refusal(broken, first.repo, clock.now(), "test").reason
    assert told.startswith("the repo of git commit cccccccccccc was refused as a whole, revision")
