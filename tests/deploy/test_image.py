"""What the image is made of, as far as its recipe says it."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
RECIPE = (ROOT / "deploy" / "Dockerfile").read_text().replace("\\\n", " ")
LINES = [line for line in RECIPE.splitlines() if line and not line.startswith("#")]
BUILD, FINAL = RECIPE.split("FROM ${BASE}\n")


def words(instruction: str) -> list[list[str]]:
    return [line.split()[1:] for line in LINES if line.split()[0] == instruction]


def test_every_stage_starts_from_the_base_that_the_builder_names() -> None:
    assert [from_what for from_what, *_ in words("FROM")] == ["${BUILD_BASE}", "${BASE}"]
    assert LINES[0].startswith("ARG BASE=")
    assert LINES[1] == "ARG BUILD_BASE=${BASE}"


def test_only_what_is_locked_is_installed() -> None:
    syncs = re.findall(r"uv sync[^\n]*", RECIPE)
    assert len(syncs) == 2
    assert all("--locked" in sync and "--no-dev" in sync for sync in syncs)


def test_the_image_runs_as_nobody_in_a_folder_of_its_own() -> None:
    assert words("USER") == [["10001:10001"]]
    assert "WORKDIR /srv/cowbane" in FINAL
    assert "rm -rf /usr/local/lib/python3*/site-packages/pip*" in FINAL


def test_the_build_sees_what_it_copies_and_nothing_else() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    seen = {line.removeprefix("!") for line in lines if line.startswith("!")}
    copied = {source for line in words("COPY") if not line[0].startswith("--from") for source in line[:-1]}
    assert "*" in lines
    assert copied == seen
    assert all((ROOT / name).exists() for name in copied)
