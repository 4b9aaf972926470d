"""Repos to load: the shop's example, with changes."""

from __future__ import annotations

import shutil
from pathlib import Path

SHOP = Path(__file__).parent.parent / "deploy" / "examples" / "shop"


def shop(root: Path, *changes: tuple[str, str, str]) -> Path:
    """A copy of the shop's repo below `root` in which each (file, old, new) is replaced."""
    repo = root / "chaos"
    shutil.copytree(SHOP, repo)
    for file, old, new in changes:
        path = repo / file
        text = path.read_text()
        assert old in text, f"{old!r} is not in {file}"
        path.write_text(text.replace(old, new, 1))
    return repo
