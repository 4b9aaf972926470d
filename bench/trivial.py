"""The trivial experiment that both sides load: one probe before and after, actions that do nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml


def trivial(folder: Path, actions: int = 1) -> Path:
    """Written as a file; a builtin function is asked, so that the answer costs nothing."""
    path = folder / f"trivial-{actions}.yaml"
    path.write_text(yaml.safe_dump(_experiment(actions), sort_keys=False))
    return path


def _experiment(actions: int) -> dict[str, Any]:
    return {
        "title": "Nothing happens",
        "description": "A probe before and after, and actions that change nothing.",
        "steady-state-hypothesis": {
            "title": "The root is absolute",
            "probes": [{**_activity("probe", "ask"), "tolerance": True}],
        },
        "method": [_activity("action", f"nothing-{number}") for number in range(actions)],
        "rollbacks": [],
    }


def _activity(kind: str, name: str) -> dict[str, Any]:
    provider = {"type": "python", "module": "os.path", "func": "isabs", "arguments": {"s": "/"}}
    return {"type": kind, "name": name, "provider": provider}
