"""The rights file of a worker: what its account should be able to do, by namespace."""

from __future__ import annotations

from pathlib import Path

from experiments.format.document import Document, read_document
from experiments.kubernetes.roles import NoRoles, read_roles
from workers.account.comparison import Grants
from workers.settings import SettingsError


def read_rights(path: Path) -> Grants:
    """What the file lists; raises `SettingsError` for a file that cannot be read as such."""
    document = read_document(path)
    if not isinstance(document, Document):
        raise SettingsError(f"COWBANE_RIGHTS_FILE: {'; '.join(map(str, document))}")
    try:
        return read_roles(document.data)
    except NoRoles as wrong:
        raise SettingsError(f"COWBANE_RIGHTS_FILE: {path}: {wrong}") from wrong
