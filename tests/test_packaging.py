"""The distribution is what it says: three packages of its own, one command, one beat scheduler."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from importlib.metadata import entry_points, packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("experiments", "workers", "scheduler")


@pytest.mark.parametrize("package", PACKAGES)
def test_nobody_else_owns_one_of_our_names(package: str) -> None:
    # an editable install lists no packages of its own, a wheel does
    assert set(packages_distributions().get(package, ["cowbane"])) == {"cowbane"}
    assert Path(str(import_module(package).__file__)).parent == ROOT / package


def test_celery_finds_the_beat_scheduler_by_its_alias() -> None:
    (found,) = entry_points(group="celery.beat_schedulers", name="cowbane")
    assert found.load().__name__ == "Beat"


def test_the_procfile_is_the_one_that_up_runs() -> None:
    from scheduler.procfile import DEFAULT

    assert (ROOT / "Procfile").read_text() == DEFAULT


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("scheduler.cli.main", ("celery", "kubernetes", "redis", "pydantic", "yaml", "rich")),
        ("scheduler.cli.check", ("celery", "kubernetes", "redis", "rich")),
        ("experiments.engine.run", ("yaml", "urllib3", "kubernetes", "pydantic")),
        ("experiments.kubernetes.gateway", ("kubernetes",)),
        ("workers.wiring", ("kubernetes", "slack_sdk", "yaml")),
    ],
)
def test_a_module_starts_light(module: str, heavy: tuple[str, ...]) -> None:
    code = f"import sys, {module}; print(*sorted(set(sys.modules) & set({heavy!r})))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == []
