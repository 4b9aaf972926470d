"""A run loads what it uses: nothing of the cluster, of the worker, or of the screen that is not there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HEAVY = {"aiohttp", "celery", "jinja2", "kubernetes", "pydantic", "redis", "rich", "starlette", "urllib3"}
FILE = """
title: t
description: d
steady-state-hypothesis:
  title: h
  probes:
  - {type: probe, name: a, tolerance: 0, provider: {type: process, path: "true"}}
method:
- {type: action, name: b, provider: {type: python, module: os.path, func: basename, arguments: {p: a/b}}}
"""


def test_a_run_on_a_pipe_loads_nothing_heavy(tmp_path: Path) -> None:
    (tmp_path / "e.yaml").write_text(FILE)
    words = ["run", str(tmp_path / "e.yaml"), "--no-settings", "--journal", str(tmp_path / "journal.json")]
    code = f"""
import sys
from scheduler.cli.main import main
try:
    main({words!r})
except SystemExit as ended:
    print(ended.code, *sorted(set(sys.modules) & {HEAVY!r}))
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1] == "0", ran.stdout + ran.stderr
