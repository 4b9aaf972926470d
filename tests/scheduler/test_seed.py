"""A seed file is a secret of some length, and is never shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from scheduler.seed import SeedError, read_seed


def test_the_line_end_of_an_editor_is_no_part_of_the_seed(tmp_path: Path) -> None:
    (tmp_path / "seed").write_bytes(b"0123456789abcdef\r\n")
    assert read_seed(tmp_path / "seed") == b"0123456789abcdef"


@pytest.mark.parametrize(
    ("content", "words"), [(b"short", "expected at least 16 bytes"), (None, "cannot be read")]
)
def test_a_file_that_cannot_be_used_is_one_sentence_without_its_content(
    tmp_path: Path, content: bytes | None, words: str
) -> None:
    if content is not None:
        (tmp_path / "seed").write_bytes(content)
    with pytest.raises(SeedError, match=words) as wrong:
        read_seed(tmp_path / "seed")
    assert "short" not in str(wrong.value).replace("shorter", "")
