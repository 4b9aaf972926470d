"""A reference to a secret: where its value stands, never the value.

The value is read again on each delivery, so that a rotated token needs no restart. It lives in a
local variable of the delivery and is never stored, logged or shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

#: A mounted secret is at most 1 MiB in Kubernetes; a token is some dozens of bytes.
SIZE_LIMIT = 64 * 1024


class Source(StrEnum):
    """Where a secret's value stands."""

    ENV = "env"  #: an environment variable of the notifier
    FILE = "file"  #: a file the notifier can read, e.g. of a mounted Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretReference:
    """`{env: NAME}` or `{file: path}`."""

    source: Source
    name: str

    def __str__(self) -> str:
        return f"{self.source}: {self.name}"


class SecretMissing(Exception):
    """A reference that leads to no value now; the text says which and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyring:
    """Looks references up; a relative file is relative to `folder`, and with `confined` none leaves it."""

    environ: Mapping[str, str]
    folder: Path
    confined: bool = False

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Keyring:
        """Files stand in COWBANE_SECRETS_DIR and only there; without it, anywhere from the current folder."""
        folder = environ.get("COWBANE_SECRETS_DIR", "")
        return cls(environ=environ, folder=Path(folder or "."), confined=bool(folder))

    def value(self, reference: SecretReference) -> str:
        """The value as it is now, without the white space around it; raises `SecretMissing`."""
        found = self._from_env(reference) if reference.source is Source.ENV else self._from_file(reference)
        if not found.strip():
            raise SecretMissing(f"the secret {{{reference}}} is empty")
        return found.strip()

    def __repr__(self) -> str:
        return f"Keyring(folder={str(self.folder)!r})"  # the environment is full of secrets

    def _from_env(self, reference: SecretReference) -> str:
        if reference.name not in self.environ:
            raise SecretMissing(f"the environment variable {reference.name} is not set for the notifier")
        return self.environ[reference.name]

    def _from_file(self, reference: SecretReference) -> str:
        path = self.folder / reference.name
        if self.confined and not path.resolve().is_relative_to(self.folder.resolve()):
            raise SecretMissing(
                f"the secret file {reference.name} is outside COWBANE_SECRETS_DIR ({self.folder})"
            )
        try:
            with path.open("rb") as file:
                return file.read(SIZE_LIMIT).decode()
        except OSError as wrong:
            raise SecretMissing(f"the secret file {path} cannot be read: {wrong.strerror}") from None
        except UnicodeDecodeError:
            raise SecretMissing(f"the secret file {path} is not UTF-8 text") from None
