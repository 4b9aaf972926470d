"""The demo system as the rehearsal ships it, for a namespace of the real control plane."""

from __future__ import annotations

from pathlib import Path

import yaml
from controlplane.client import Object

MANIFESTS = Path(__file__).parents[2] / "experiments" / "rehearsal" / "demo-system.yaml"


def demo_system(namespace: str) -> list[Object]:
    """Its objects in the given namespace."""
    objects: list[Object] = list(yaml.safe_load_all(MANIFESTS.read_text()))
    for one in objects:
        one["metadata"]["namespace"] = namespace
    return objects
