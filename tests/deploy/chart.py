"""The chart as Helm renders it; run as a program it writes the plain manifests of deploy/kubernetes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import yaml
from controlplane import build
from controlplane.client import Object

DEPLOY = Path(__file__).parents[2] / "deploy"
CHART = DEPLOY / "chart" / "cowbane"
PLAIN_VALUES, PLAIN = DEPLOY / "kubernetes" / "values.yaml", DEPLOY / "kubernetes" / "manifests.yaml"

HEAD = "# Made from deploy/chart/cowbane with the values beside this file by `make manifests`; do not edit.\n"


def helm(*words: str) -> subprocess.CompletedProcess[str]:
    """Helm with these words; whatever it says is the answer."""
    return subprocess.run([str(build.folder() / "helm"), *words], capture_output=True, text=True)


def rendered(*values: Path, settings: Sequence[str] = ()) -> str:
    """What the chart makes of values files and `--set` settings; raises with Helm's own words."""
    files = (word for file in values for word in ("--values", str(file)))
    words = (word for setting in settings for word in ("--set", setting))
    done = helm("template", "cowbane", str(CHART), "--namespace", "cowbane", *files, *words)
    if done.returncode:
        raise ValueError(done.stderr.strip())
    return done.stdout


def objects(text: str) -> list[Object]:
    """The documents of a rendered chart."""
    return [one for one in yaml.safe_load_all(text) if one]


def plain() -> str:
    """The plain manifests as they should stand."""
    return HEAD + rendered(PLAIN_VALUES)


if __name__ == "__main__":
    PLAIN.write_text(plain())
    print(f"{PLAIN.relative_to(DEPLOY.parent)} is as the chart says", file=sys.stderr)
