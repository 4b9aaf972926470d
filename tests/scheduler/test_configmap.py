"""A repo becomes the ConfigMap that beat reads back, or is refused in one line."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from scheduler.cli.main import main
from scheduler.configmap import LIMIT
from scheduler.repo.load import load

SHOP = Path(__file__).parents[2] / "deploy" / "examples" / "shop"


def rendered(repo: Path, *options: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["render", str(repo), *options])
    return done.exit_code, done.output


def small_repo(folder: Path) -> Path:
    (folder / "cowbane.yaml").write_text("version: 1\n")
    return folder


def test_what_is_rendered_loads_as_the_same_schedules(tmp_path: Path) -> None:
    status, text = rendered(SHOP)
    document = yaml.safe_load(text)
    for name, content in document["data"].items():
        (tmp_path / name).write_text(content)
    (original, _), (copy, problems) = load(SHOP), load(tmp_path)
    assert status == 0
    assert problems == []
    assert original is not None
    assert copy is not None
    assert copy.schedules.keys() == original.schedules.keys()
    assert copy.experiments == original.experiments


def test_the_name_and_the_place_are_the_operators(tmp_path: Path) -> None:
    _, text = rendered(small_repo(tmp_path), "--name", "chaos", "--namespace", "ops")
    about = yaml.safe_load(text)["metadata"]
    assert (about["name"], about["namespace"]) == ("chaos", "ops")


def test_a_file_stands_as_people_wrote_it(tmp_path: Path) -> None:
    (small_repo(tmp_path) / "cowbane.yaml").write_text("# why\nversion: 1\narmed: false\n")
    _, text = rendered(tmp_path)
    assert "  cowbane.yaml: |\n    # why\n    version: 1\n    armed: false\n" in text


def test_a_repo_with_an_error_is_refused_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "cowbane.yaml").write_text("version: 2\n")
    status, text = rendered(tmp_path)
    assert status == 2
    assert "cowbane.yaml:1:10" in text


@pytest.mark.parametrize(("padding", "expected"), [(LIMIT - 100, 0), (LIMIT, 1)])
def test_a_configmap_holds_one_mebibyte_and_no_more(tmp_path: Path, padding: int, expected: int) -> None:
    for name in ("schedules.a.yaml", "schedules.b.yaml"):
        (small_repo(tmp_path) / name).write_text("schedules: {}\n#" + "x" * (padding // 2) + "\n")
    status, text = rendered(tmp_path)
    assert status == expected
    assert ("a ConfigMap holds 1048576 bytes" in text) == bool(expected)
