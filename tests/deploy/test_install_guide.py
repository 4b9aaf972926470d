"""docs/install.md, as far as it can be followed without a cluster."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from deploy.chart import CHART, rendered
from scheduler.repo.load import load

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "install.md").read_text()
BLOCKS = re.findall(r"^```\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


def commands(word: str) -> str:
    """The block in which this stands."""
    (block,) = [each for each in BLOCKS if word in each]
    return str(block)


@pytest.fixture
def chaos(tmp_path: Path) -> Path:
    """The repo, made by the guide's own commands, where there is nothing but the catalog."""
    (tmp_path / "experiments").symlink_to(ROOT / "experiments")
    script = commands("mkdir -p chaos").replace("cowbane check chaos\n", "")
    subprocess.run(["sh", "-eu", "-c", script], cwd=tmp_path, check=True)
    return tmp_path / "chaos"


def test_its_repo_loads_and_is_unarmed(chaos: Path) -> None:
    repo, problems = load(chaos)
    assert problems == []
    assert repo is not None
    assert [schedule.armed for schedule in repo.schedules.values()] == [False]


def test_its_command_arms_the_repo(chaos: Path) -> None:
    (line,) = re.findall(r"^sed -i .*$", TEXT, re.MULTILINE)
    subprocess.run(["sh", "-eu", "-c", line], cwd=chaos.parent, check=True)
    repo, problems = load(chaos)
    assert problems == []
    assert repo is not None
    assert [schedule.armed for schedule in repo.schedules.values()] == [True]


@pytest.mark.controlplane
def test_its_settings_make_a_release() -> None:
    settings = re.findall(r"--set (\S+=\S+)", commands("helm install"))
    text = rendered(settings=[each.replace("$REGISTRY", "registry.example.com") for each in settings])
    assert "image: registry.example.com/cowbane:0.1.0" in text


def test_every_file_that_it_names_is_there() -> None:
    named = re.findall(r"(?:deploy|experiments)/[\w./-]+\w", TEXT)
    assert str(CHART.relative_to(ROOT)) in named
    assert [each for each in named if not (ROOT / each).exists()] == []
