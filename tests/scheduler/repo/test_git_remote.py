"""A git server over real HTTP: what its ref names is brought whole, and nothing of it writes elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from git_server import GitServer, Link, Submodule
from local_server import LocalServer, Reply

from experiments.clock import Clock, FixedClock, SystemClock
from scheduler.repo.budget import BYTES, SECONDS, Budget
from scheduler.repo.git import CHECKOUT_ENTRIES, GitRemote
from scheduler.repo.source import GitError, GitSource, Unanswered

FILES = {"cowbane.yaml": "version: 1\n", "schedules/shop.yaml": "schedules: {}\n"}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[GitServer]:
    with GitServer(tmp_path / "served") as server:
        yield server


@dataclass
class Fetching:
    """Fetches into a new folder each time."""

    folder: Path
    source: GitSource
    clock: Clock
    count: int = 0

    def __call__(self, *known: str, **changes: object) -> tuple[str, Path | None]:
        self.count += 1
        scratch = self.folder / str(self.count)
        scratch.mkdir()
        source = replace(self.source, **changes)  # type: ignore[arg-type]
        return GitRemote(source=source, clock=self.clock).fetch(known, scratch)

    def content(self, *known: str, **changes: object) -> dict[str, str]:
        """Name -> text of every file."""
        _, content = self(*known, **changes)
        assert content
        return {
            str(path.relative_to(content)): path.read_text()
            for path in sorted(content.rglob("*"))
            if path.is_file()
        }

    def refusal(self, **changes: object) -> GitError:
        with pytest.raises(GitError) as refused:
            self(**changes)
        assert "\n" not in str(refused.value)
        return refused.value


@pytest.fixture
def fetch(server: GitServer, tmp_path: Path) -> Fetching:
    (tmp_path / "fetched").mkdir()
    return Fetching(tmp_path / "fetched", GitSource(url=server.url), SystemClock())


def test_the_head_a_branch_and_both_kinds_of_tags_are_brought_whole(
    server: GitServer, fetch: Fetching
) -> None:
    main = server.push(FILES)
    other = server.push({"cowbane.yaml": "of dev"}, branch="dev")
    server.tag("v1", other)
    assert fetch.content() == FILES
    assert fetch(ref="main")[0] == fetch(ref="refs/heads/main")[0] == fetch()[0] == main
    assert fetch.content(ref="dev") == fetch.content(ref="v1") == {"cowbane.yaml": "of dev"}
    assert fetch(ref="v1")[0] == other


@pytest.mark.parametrize("ref", ["", "main", "v1"])
def test_a_known_commit_is_not_sent_again(server: GitServer, fetch: Fetching, ref: str) -> None:
    commit = server.push(FILES)
    server.tag("v1", commit)
    asked = server.asked
    assert fetch("another", commit, ref=ref) == (commit, None)
    assert server.asked - asked <= 2


def test_a_push_by_force_is_followed_back_and_forth(server: GitServer, fetch: Fetching) -> None:
    first = server.push(FILES)
    second = server.push({"cowbane.yaml": "version: 2\n"})
    assert fetch(first)[0] == second
    server.force("main", first)
    assert fetch(second)[0] == first
    assert fetch.content(second) == FILES


def test_only_the_folder_of_the_path_is_written(server: GitServer, fetch: Fetching) -> None:
    server.push({"README.md": "x", **{f"teams/shop/{name}": text for name, text in FILES.items()}})
    assert fetch.content(path="teams/shop") == FILES


@pytest.mark.parametrize(
    ("changes", "said", "content_to_blame"),
    [
        ({"ref": "mian"}, "expected the branch or tag mian, found HEAD, main; did you mean 'main'?", False),
        ({"path": "scheduls"}, "found no folder scheduls; did you mean 'schedules'?", True),
        ({"path": "schedules/shop.yaml"}, "found no folder shop.yaml", True),
        ({"path": "cowbane.yaml/x"}, "found no folder cowbane.yaml", True),
        ({"url": "http://127.0.0.1:1/x.git"}, "its server does not answer as needed: HTTPConnection", False),
        ({"url": "http://nowhere.invalid/x.git"}, "Failed to resolve 'nowhere.invalid'", False),
    ],
)
def test_what_is_not_there_is_one_sentence(
    server: GitServer, fetch: Fetching, changes: dict[str, str], said: str, content_to_blame: bool
) -> None:
    commit = server.push(FILES)
    wrong = fetch.refusal(**changes)
    assert said in str(wrong)
    assert wrong.commit == (commit if content_to_blame else "")


def test_an_empty_repo_says_so(fetch: Fetching) -> None:
    assert "expected a commit at its HEAD, found none" in str(fetch.refusal())


def test_a_private_repo_takes_its_token_and_no_other(
    server: GitServer, fetch: Fetching, tmp_path: Path
) -> None:
    server.push(FILES)
    server.token = "s3cret-of-git"
    file = tmp_path / "token"
    file.write_text("s3cret-of-git\n")
    assert fetch.content(token_file=file) == FILES
    file.write_text("s3cret-of-old\n")
    wrong = fetch.refusal(token_file=file)
    assert str(wrong) == "its server refuses the token of COWBANE_REPO_GIT_TOKEN_FILE (HTTP 401)"
    file.unlink()
    assert "expected a token in" in str(fetch.refusal(token_file=file))
    assert "wants a token (HTTP 401): set COWBANE_REPO_GIT_TOKEN_FILE" in str(fetch.refusal())


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("403 Forbidden", "its server wants a token (HTTP 403)"),
        ("404 Not Found", "expected a git repository there, found none, or none for this token (HTTP 404)"),
        ("503 Unavailable", "its server answers HTTP 503"),
        ("200 OK", "expected a git server, found an answer of type text/html"),
    ],
)
def test_an_answer_that_is_not_gits_is_one_sentence(
    server: GitServer, fetch: Fetching, status: str, said: str
) -> None:
    server.push(FILES)
    server.statuses = [status]
    wrong = fetch.refusal()
    assert (said in str(wrong), wrong.commit) == (True, "")
    assert fetch.content() == FILES


def test_a_token_goes_to_no_other_server(server: GitServer, fetch: Fetching, tmp_path: Path) -> None:
    server.push(FILES)
    (tmp_path / "token").write_text("s3cret")
    with LocalServer() as elsewhere:
        to = elsewhere.url("/x.git/info/refs?service=git-upload-pack").replace("127.0.0.1", "localhost")
        elsewhere.replies["/a.git/info/refs"] = Reply(status=302, headers={"Location": to})
        fetch.refusal(url=elsewhere.url("/a.git"), token_file=tmp_path / "token")
        first, second = elsewhere.asked
    assert "Authorization" in {name.title() for name in first.headers}
    assert "Authorization" not in {name.title() for name in second.headers}


@pytest.mark.parametrize(
    "hostile",
    [
        {"../outside": "x"},
        {"a/../../outside": "x"},
        {".git/hooks/outside": "x"},
        {"./outside": "x"},
    ],
)
def test_a_path_that_leads_out_is_refused_with_its_commit(
    server: GitServer, fetch: Fetching, hostile: dict[str, object]
) -> None:
    commit = server.push({**FILES, **hostile})
    wrong = fetch.refusal()
    assert ("it holds a file that must not be written" in str(wrong), wrong.commit) == (True, commit)
    assert not list(fetch.folder.rglob("outside"))


@pytest.mark.parametrize(
    "hostile",
    [
        {"/outside": "x"},
        {"way": Link(".."), "way/outside": "x"},
        {"way": Link("{tmp}"), "way/outside": "x"},
        {"a/way": Link("../.."), "a/way/outside": "x"},
        {"cowbane.yaml/outside": "x"},
    ],
)
def test_a_name_that_is_there_twice_writes_nothing_outside(
    server: GitServer, fetch: Fetching, tmp_path: Path, hostile: dict[str, object]
) -> None:
    way = {name: Link(str(tmp_path)) if each == Link("{tmp}") else each for name, each in hostile.items()}
    server.push({**FILES, **way})
    _, content = fetch()
    assert content
    written = list(fetch.folder.rglob("outside"))
    assert [path for path in written if not path.is_relative_to(content)] == []
    assert not (tmp_path / "outside").exists()


def test_links_and_submodules_write_no_files_of_others(server: GitServer, fetch: Fetching) -> None:
    server.push({**FILES, "current": Link("schedules"), "sub": Submodule(), "out": Link("/etc/passwd")})
    _, content = fetch()
    assert content
    assert (content / "current").readlink() == Path("schedules")
    assert (content / "out").is_symlink()  # refused by `Checkouts.take`
    assert list((content / "sub").iterdir()) == []


def test_a_checkout_of_too_many_files_is_refused(server: GitServer, fetch: Fetching) -> None:
    commit = server.push({f"f{number}.yaml": "x" for number in range(CHECKOUT_ENTRIES + 1)})
    wrong = fetch.refusal()
    assert "expected at most 10000 files and 16 MiB, found more" in str(wrong)
    assert wrong.commit == commit


def test_a_large_file_is_refused(server: GitServer, fetch: Fetching) -> None:
    server.push({"large.bin": "x" * (16 * 1024 * 1024 + 1), **FILES})
    assert "found more; name the repo's own folder in COWBANE_REPO_GIT_PATH" in str(fetch.refusal())


class Hurrying:
    """A clock on which every look is ten seconds later."""

    def __init__(self) -> None:
        self.elapsed = 0.0

    def now(self) -> datetime:
        return datetime(2026, 11, 23, tzinfo=UTC)

    def monotonic(self) -> float:
        self.elapsed += 10
        return self.elapsed


def test_a_server_that_takes_too_long_is_left(server: GitServer, fetch: Fetching) -> None:
    server.push(FILES)
    fetch.clock = Hurrying()
    wrong = fetch.refusal()
    assert (str(wrong), wrong.commit) == ("its server did not send all of it within 30 s", "")


def test_a_budget_of_bytes_and_of_time_runs_out() -> None:
    clock = FixedClock(datetime(2026, 11, 23, tzinfo=UTC))
    budget = Budget(clock)
    assert budget.spend(b"x" * BYTES) == b"x" * BYTES
    with pytest.raises(GitError, match="sends more than 32 MiB"):
        budget.spend(b"x")
    late = Budget(clock)
    clock.advance(SECONDS + 1)
    with pytest.raises(Unanswered, match="did not send all of it within 30 s"):
        late.spend(b"x")
