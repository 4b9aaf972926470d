"""Secrets are looked up again each time, and a missing one is a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from workers.notifier.secret import Keyring, SecretMissing, SecretReference, Source

ENV = SecretReference(source=Source.ENV, name="TOKEN")
FILE = SecretReference(source=Source.FILE, name="token")


def test_a_rotated_secret_is_seen_without_a_restart(tmp_path: Path) -> None:
    keyring = Keyring.from_env({"COWBANE_SECRETS_DIR": str(tmp_path)})
    (tmp_path / "token").write_text("first\n")
    assert keyring.value(FILE) == "first"
    (tmp_path / "token").write_text("second\n")
    assert keyring.value(FILE) == "second"


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        (ENV, "the environment variable TOKEN is not set"),
        (FILE, "cannot be read: No such file"),
        (SecretReference(source=Source.FILE, name="empty"), "{file: empty} is empty"),
        (SecretReference(source=Source.FILE, name="binary"), "is not UTF-8"),
        (SecretReference(source=Source.FILE, name="../outside"), "is outside COWBANE_SECRETS_DIR"),
        (SecretReference(source=Source.FILE, name="/etc/hostname"), "is outside COWBANE_SECRETS_DIR"),
        (SecretReference(source=Source.FILE, name="."), "cannot be read: Is a directory"),
    ],
)
def test_a_secret_that_is_not_there_is_one_sentence(
    reference: SecretReference, words: str, tmp_path: Path
) -> None:
    (tmp_path / "empty").write_text(" \n")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    with pytest.raises(SecretMissing) as missing:
        Keyring.from_env({"COWBANE_SECRETS_DIR": str(tmp_path)}).value(reference)
    assert words in str(missing.value)


def test_without_a_secrets_folder_any_file_may_be_named(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("value")
    absolute = SecretReference(source=Source.FILE, name=str(tmp_path / "token"))
    assert Keyring.from_env({}).value(absolute) == "value"


def test_a_mounted_kubernetes_secret_is_a_link_inside_its_folder(tmp_path: Path) -> None:
    (tmp_path / "..2026").mkdir()
    (tmp_path / "..2026" / "token").write_text("value")
    (tmp_path / "token").symlink_to("..2026/token")
    assert Keyring.from_env({"COWBANE_SECRETS_DIR": str(tmp_path)}).value(FILE) == "value"
