"""A secret in a file is read from the folder that hands secrets out, and from nowhere else."""

from __future__ import annotations

import os
from base64 import b64encode
from pathlib import Path
from urllib.parse import quote

import pytest

from experiments.format.redactor import Redactor
from experiments.format.secret_file import FOLDER, SIZE_LIMIT
from experiments.format.secrets import resolve_secrets
from experiments.model import Json

CANARY = "c4nary+from/a file=?"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """As Kubernetes mounts a Secret: through links, inside the folder."""
    inside = tmp_path / "secrets"
    (inside / "..2026").mkdir(parents=True)
    (inside / "..2026" / "token").write_text(f"{CANARY}\n")
    (inside / "..data").symlink_to("..2026")
    (inside / "token").symlink_to("..data/token")
    (tmp_path / "outside").write_text("hidden")
    return inside


def declared(path: Json) -> dict[str, Json]:
    return {"web": {"token": {"type": "file", "path": path}}}


def value(path: str, folder: Path, *, absolute: bool = False) -> Json:
    secrets, problems = resolve_secrets(declared(path), {FOLDER: str(folder)}, absolute_files=absolute)
    assert problems == []
    return secrets.names()["token"]


def sentence(path: Json, folder: Path | str, *, absolute: bool = False) -> str:
    secrets, problems = resolve_secrets(declared(path), {FOLDER: str(folder)}, absolute_files=absolute)
    assert secrets.names() == {"token": ""}
    assert len(problems) == 1
    return problems[0].removeprefix("secrets.web.token: ")


@pytest.mark.parametrize("path", ["token", "./token", "..data/token"])
def test_a_path_is_relative_to_the_folder(folder: Path, path: str) -> None:
    assert value(path, folder) == CANARY


@pytest.mark.parametrize(
    ("content", "read"),
    [(b"a\r\n\n", "a"), (b" a ", " a "), (b"\xef\xbb\xbfa", "a"), (b"a\nb\n", "a\nb"), (b"", "")],
)
def test_only_the_newlines_at_the_end_are_not_of_it(folder: Path, content: bytes, read: str) -> None:
    (folder / "other").write_bytes(content)
    assert value("other", folder) == read


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("../outside", "the path ../outside is not allowed: it has '..' in it"),
        ("..data/../../outside", "the path ..data/../../outside is not allowed: it has '..' in it"),
        ("link", f"the path link is not allowed: it leads out of {FOLDER}"),
        ("chain", f"the path chain is not allowed: it leads out of {FOLDER}"),
        ("beside/outside", f"the path beside/outside is not allowed: it leads out of {FOLDER}"),
        (
            "/etc/hostname",
            f"the absolute path /etc/hostname is not allowed here; give it relative to {FOLDER}",
        ),
        ("gone", "the file gone cannot be read: No such file or directory"),
        ("loop", "the file loop cannot be read: Too many levels of symbolic links"),
        ("..data", "expected a file at ..data, found something else"),
        ("pipe", "expected a file at pipe, found something else"),
        ("binary", "the file binary is not UTF-8 text"),
        ("huge", f"the file huge is larger than {SIZE_LIMIT} bytes"),
        ("a\0b", "expected the path of a file, found one with a NUL in it"),
        ("", "a secret from a file needs 'path'; add it"),
        (5, "a secret from a file needs 'path'; add it"),
    ],
)
def test_whatever_is_no_secret_of_the_folder_is_one_sentence(folder: Path, path: Json, said: str) -> None:
    (folder / "link").symlink_to(folder.parent / "outside")
    (folder / "chain").symlink_to("link")
    (folder / "beside").symlink_to(folder.parent)
    (folder / "loop").symlink_to("loop")
    (folder / "binary").write_bytes(b"\xff\xfe")
    (folder / "huge").write_bytes(b"x" * (SIZE_LIMIT + 1))
    os.mkfifo(folder / "pipe")
    assert sentence(path, folder) == said


def test_a_sibling_whose_name_begins_alike_is_outside(folder: Path) -> None:
    sibling = folder.parent / "secrets-of-others"
    sibling.mkdir()
    (sibling / "token").write_text("hidden")
    (folder / "near").symlink_to(sibling / "token")
    assert sentence("near", folder) == f"the path near is not allowed: it leads out of {FOLDER}"


def test_without_a_folder_nothing_is_read() -> None:
    assert sentence("token", "") == f"{FOLDER} is not set; set it to the folder in which token is"


def test_an_absolute_path_is_read_where_it_is_allowed(folder: Path) -> None:
    assert value(str(folder.parent / "outside"), folder, absolute=True) == "hidden"
    assert sentence("../outside", folder, absolute=True).endswith("it has '..' in it")


def test_it_is_masked_in_every_spelling(folder: Path) -> None:
    secrets, _ = resolve_secrets(declared("token"), {FOLDER: str(folder)})
    redactor = Redactor(secrets.values())
    for spelling in (CANARY, quote(CANARY), b64encode(f"user:{CANARY}".encode()).decode()):
        assert "***" in redactor.text(f"<{spelling}>")
        assert spelling not in redactor.text(f"<{spelling}>")
