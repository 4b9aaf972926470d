"""A git repo on an HTTP server of this machine: pushed to by force, hostile when told to, up or away."""

from __future__ import annotations

import threading
from base64 import b64decode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any, Self
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from dulwich.objects import Blob, Commit, ObjectID, Tag, Tree
from dulwich.refs import Ref
from dulwich.repo import Repo
from dulwich.server import DictBackend
from dulwich.web import make_wsgi_chain


@dataclass(frozen=True)
class Link:
    """A symlink in a commit."""

    target: str


@dataclass(frozen=True)
class Submodule:
    """Another repo in a commit."""

    commit: str = "1" * 40


@dataclass
class GitServer:
    """Serves `chaos.git` while it is entered; only for `token` once one is set."""

    folder: Path
    token: str = ""
    host: str = "127.0.0.1"
    port: int = 0
    #: What the next answers are instead of git's: a status each.
    statuses: list[str] = field(default_factory=list)
    asked: int = 0
    _server: WSGIServer | None = None
    _thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}/chaos.git"

    def push(self, files: Mapping[str, object], branch: str = "main") -> str:
        """Whatever the branch was, it is this one commit now."""
        store = self.repo.object_store
        tree = self._tree(files)
        commit = Commit()
        commit.tree = tree
        commit.author = commit.committer = b"Ann <ann@example.com>"
        commit.author_time = commit.commit_time = 1_800_000_000 + len(list(store))
        commit.author_timezone = commit.commit_timezone = 0
        commit.message = b"push\n"
        store.add_object(commit)
        self.repo.refs[Ref(f"refs/heads/{branch}".encode())] = commit.id
        return commit.id.decode()

    def force(self, branch: str, commit: str) -> None:
        """Set the branch to an older commit."""
        self.repo.refs[Ref(f"refs/heads/{branch}".encode())] = ObjectID(commit.encode())

    def tag(self, name: str, commit: str) -> None:
        """An annotated tag."""
        tag = Tag()
        tag.name, tag.message, tag.tagger = name.encode(), b"a tag\n", b"Ann <ann@example.com>"
        tag.object = (Commit, ObjectID(commit.encode()))
        tag.tag_time, tag.tag_timezone = 1_800_000_000, 0
        self.repo.object_store.add_object(tag)
        self.repo.refs[Ref(f"refs/tags/{name}".encode())] = tag.id

    def start(self) -> None:
        """Begin to serve, also again on the same port."""
        repos: dict[str, Any] = {"/chaos.git": self.repo}
        app = make_wsgi_chain(DictBackend(repos))
        self._server = make_server(self.host, self.port, self._guarded(app), _Server, _Silent)
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Be away."""
        if self._server and self._thread:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()
            self._server = None

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True)
        self.repo = Repo.init_bare(self.folder, default_branch=b"main")
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self.repo.close()

    def _guarded(self, app: Any) -> Callable[..., Iterable[bytes]]:
        def guarded(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            self.asked += 1
            status = self.statuses.pop(0) if self.statuses else ""
            if not status and self.token and _token(environ) != self.token:
                status = "401 Unauthorized"
            if status:
                start_response(status, [("Content-Type", "text/html"), ("Content-Length", "0")])
                return []
            answer: Iterable[bytes] = app(environ, start_response)
            return answer

        return guarded

    def _tree(self, files: Mapping[str, object]) -> ObjectID:
        """Written byte by byte: a hostile tree may have one name twice."""
        entries = [(name, *self._entry(content)) for name, content in files.items() if "/" not in name]
        for folder in {name.partition("/")[0] for name in files if "/" in name}:
            inside = {
                name.partition("/")[2]: each for name, each in files.items() if name.startswith(f"{folder}/")
            }
            entries.append((folder, 0o040000, self._tree(inside)))
        entries.sort(key=lambda entry: entry[0] + "/" * (entry[1] == 0o040000))
        raw = b"".join(
            f"{mode:o} {name}\0".encode() + bytes.fromhex(sha.decode()) for name, mode, sha in entries
        )
        tree = Tree.from_string(raw)
        self.repo.object_store.add_object(tree)
        return tree.id

    def _entry(self, content: object) -> tuple[int, ObjectID]:
        match content:
            case Submodule(commit=commit):
                return 0o160000, ObjectID(commit.encode())
            case Link(target=target):
                mode, text = 0o120000, target
            case _:
                mode, text = 0o100644, str(content)
        blob = Blob.from_string(text.encode())
        self.repo.object_store.add_object(blob)
        return mode, blob.id


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


def _token(environ: Mapping[str, Any]) -> str:
    kind, _, said = str(environ.get("HTTP_AUTHORIZATION", "")).partition(" ")
    return b64decode(said).decode().partition(":")[2] if kind == "Basic" else ""
