"""A git server, spoken to by dulwich: the commit of a ref, one deep, and the files of one folder of it.

No submodule is followed, no hook and nobody's git configuration is read (extra `git`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISDIR
from typing import Any, Self

from dulwich.client import HttpGitClient, default_urllib3_manager
from dulwich.config import StackedConfig
from dulwich.errors import GitProtocolError
from dulwich.index import InvalidPathError, build_index_from_tree
from dulwich.object_store import BaseObjectStore, iter_tree_contents
from dulwich.objects import Commit, ObjectID, Tag, Tree
from dulwich.refs import Ref
from dulwich.repo import Repo
from urllib3.exceptions import HTTPError
from urllib3.util import Retry

from experiments.clock import Clock
from experiments.engine.caught import Caught
from experiments.format.problem import suggestion
from experiments.providers.sentence import from_exception, one_line
from scheduler.repo.budget import Budget
from scheduler.repo.source import Credentials, GitError, GitSource, Unanswered

#: Seconds to connect, and for each answer.
ANSWER_SECONDS = 10.0
#: Bytes and entries of a checkout.
CHECKOUT_BYTES = 16 * 1024 * 1024
CHECKOUT_ENTRIES = 10_000
#: What is no commit's fault, and may be over the next time.
NOBODYS = (Unanswered, GitProtocolError, HTTPError, OSError)
#: Names that a sentence lists.
LISTED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class GitRemote:
    """The source's server; raises only `GitError`, whose sentence holds no token."""

    source: GitSource
    clock: Clock

    def fetch(self, known: Collection[str], scratch: Path) -> tuple[str, Path | None]:
        """The commit that the ref names now, and its folder below `scratch` unless it is known already."""
        credentials = self.source.credentials()
        commit = ""
        with Caught() as caught, _Client(self.source.url, credentials, Budget(self.clock)) as client:
            commit = self._named(client.get_refs("").refs, peeled=True).decode()
            return (commit, None) if commit in known else self._brought(client, scratch)
        blamed = "" if isinstance(caught.error, NOBODYS) else commit
        raise GitError(credentials.cleaned(_sentence(caught.error)), blamed) from None

    def _brought(self, client: HttpGitClient, scratch: Path) -> tuple[str, Path]:
        content = scratch / "content"
        content.mkdir()
        with Repo.init_bare(scratch / "git", mkdir=True, config=StackedConfig([])) as repo:
            fetched = client.fetch("", repo, lambda refs, depth=None: [self._named(refs)], depth=1)
            commit = _commit(repo.object_store, self._named(fetched.refs))
            tree = _folder(repo.object_store, commit.tree, self.source.path)
            _check_size(repo.object_store, tree)
            build_index_from_tree(
                str(content), str(scratch / "index"), repo.object_store, tree, honor_filemode=False
            )
        return commit.id.decode(), content

    def _named(self, refs: Mapping[Ref, ObjectID | None], *, peeled: bool = False) -> ObjectID:
        """What the source's ref names; of an annotated tag its commit, where that is asked and known."""
        ref = self.source.ref.encode()
        places = [ref] if ref.startswith(b"refs/") else [b"refs/heads/" + ref, b"refs/tags/" + ref]
        for place in places if ref else [b"HEAD"]:
            found = refs.get(Ref(place))
            if found is not None:
                return (peeled and refs.get(Ref(place + b"^{}"))) or found
        raise GitError(self._unnamed(refs))

    def _unnamed(self, refs: Iterable[bytes]) -> str:
        short = sorted({name.decode(errors="replace").split("/", 2)[-1] for name in refs if b"^" not in name})
        found = ", ".join(short[:LISTED]) or "none"
        if not self.source.ref:
            return f"expected a commit at its HEAD, found none; COWBANE_REPO_GIT_REF may name one of: {found}"
        near = suggestion(self.source.ref, short)
        return f"expected the branch or tag {self.source.ref}, found {found}{near}"


class _Client(HttpGitClient):
    """Says what a status means, takes no redirect for ever, and pays for every byte."""

    def __init__(self, url: str, credentials: Credentials, budget: Budget) -> None:
        manager = default_urllib3_manager(None, base_url=url, timeout=ANSWER_SECONDS)
        manager.connection_pool_kw["retries"] = Retry(connect=0, read=0, redirect=3, other=0)
        user, token = credentials.user or None, credentials.token or None
        super().__init__(url, pool_manager=manager, username=user, password=token, timeout=ANSWER_SECONDS)
        self._budget = budget

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.pool_manager.clear()

    def _http_request(
        self,
        url: str,
        headers: dict[str, str] | None = None,
        data: bytes | Iterator[bytes] | None = None,
        raise_for_status: bool = True,
    ) -> tuple[Any, Callable[[int], bytes]]:
        response: Any
        response, _ = super()._http_request(url, headers, data, raise_for_status=False)
        if wrong := self._objection(response.status, response.content_type or ""):
            response.close()
            raise Unanswered(wrong)
        return response, lambda size: self._read(response, size)

    def _read(self, response: Any, size: int) -> bytes:
        """All `size` bytes, or those until the end; in small steps: a slow server must not hold us."""
        data = b""
        while len(data) < size and (more := self._budget.spend(response.read1(size - len(data)))):
            data += more
        return data

    def _objection(self, status: int, kind: str) -> str:
        match status:
            case 200 if kind.startswith("application/x-git-"):
                return ""
            case 200:
                return f"expected a git server, found an answer of type {kind or 'none'}"
            case 401 | 403 if self._password:
                return f"its server refuses the token of COWBANE_REPO_GIT_TOKEN_FILE (HTTP {status})"
            case 401 | 403:
                return f"its server wants a token (HTTP {status}): set COWBANE_REPO_GIT_TOKEN_FILE"
            case 404:
                return "expected a git repository there, found none, or none for this token (HTTP 404)"
            case _:
                return f"its server answers HTTP {status}"


def _commit(store: BaseObjectStore, name: ObjectID) -> Commit:
    found = store[name]
    while isinstance(found, Tag):
        found = store[found.object[1]]
    if not isinstance(found, Commit):
        raise GitError("expected a branch or tag that names a commit, found one that does not")
    return found


def _folder(store: BaseObjectStore, tree: ObjectID, path: str) -> ObjectID:
    for part in path.split("/") if path else ():
        entries = {
            name.decode(errors="replace"): sha for name, mode, sha in _entries(store, tree) if S_ISDIR(mode)
        }
        if part not in entries:
            near = suggestion(part, entries)
            raise GitError(
                f"expected the folder {path} of COWBANE_REPO_GIT_PATH, found no folder {part}{near}"
            )
        tree = entries[part]
    return tree


def _entries(store: BaseObjectStore, tree: ObjectID) -> Iterator[tuple[bytes, int, ObjectID]]:
    found = store[tree]
    if isinstance(found, Tree):
        yield from found.iteritems()


def _check_size(store: BaseObjectStore, tree: ObjectID) -> None:
    size = 0
    for count, entry in enumerate(iter_tree_contents(store, tree, include_trees=True)):
        submodule = entry.sha not in store
        size += 0 if submodule else len(store.get_raw(entry.sha)[1])
        if count > CHECKOUT_ENTRIES or size > CHECKOUT_BYTES:
            raise GitError(
                f"expected at most {CHECKOUT_ENTRIES} files and {CHECKOUT_BYTES >> 20} MiB, found more; "
                "name the repo's own folder in COWBANE_REPO_GIT_PATH"
            )


def _sentence(error: BaseException | None) -> str:
    match error:
        case GitError():
            return str(error)
        case GitProtocolError() | HTTPError():
            cause = getattr(error.__cause__, "reason", None) or error
            return f"its server does not answer as needed: {one_line(cause)}"
        case InvalidPathError():
            return f"it holds a file that must not be written: {error}"
        case OSError():
            return f"it cannot be written here: {error.strerror}"
        case _:
            return f"its answer cannot be used: {from_exception(error) if error else ''}"
