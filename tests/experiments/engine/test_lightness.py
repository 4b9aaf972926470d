"""What the engine needs is the standard library: nobody waits for a cluster's client to print help."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

#: Each costs tens of milliseconds to import, and is imported where it is first needed.
HEAVY = ("aiohttp", "celery", "jsonpath", "kubernetes", "redis", "rich", "urllib3", "yaml")
ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    "module",
    [
        "experiments.engine.run",
        "experiments.faults.injection",
        "experiments.journal",
        "experiments.narration",
    ],
)
def test_importing_it_imports_nothing_heavy(module: str) -> None:
    program = f"import sys, {module}; print([name for name in {HEAVY!r} if name in sys.modules])"
    child = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert (child.stdout, child.stderr) == ("[]\n", "")
