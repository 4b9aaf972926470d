"""The deployment's seed: a secret from which every random time and target is drawn (DESIGN D10)."""

from __future__ import annotations

from pathlib import Path

#: Bytes a seed must have, so that nobody can guess the next draw.
LEAST_BYTES = 16


class SeedError(Exception):
    """A seed file that cannot be used; one line."""


def read_seed(path: Path) -> bytes:
    """The seed in a file, without the line's end that editors add; raises `SeedError`."""
    try:
        seed = path.read_bytes().rstrip(b"\r\n")
    except OSError as wrong:
        raise SeedError(f"COWBANE_SEED_FILE: {path} cannot be read: {wrong.strerror}") from wrong
    if len(seed) < LEAST_BYTES:
        raise SeedError(
            f"COWBANE_SEED_FILE: expected at least {LEAST_BYTES} bytes in {path}, found {len(seed)}; "
            "make one with `openssl rand -hex 32`"
        )
    return seed
