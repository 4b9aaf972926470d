"""`beginning.py up|down GROUP FOLDER`: a cluster of its own for a test that kills what starts it."""

from __future__ import annotations

import sys
from pathlib import Path

from cluster import lifetime
from cluster.blueprint import Blueprint
from cluster.groups import Groups

if __name__ == "__main__":
    what, group, folder = sys.argv[1:]
    blueprint = Blueprint(groups=Groups(name=group), folder=Path(folder))
    {"up": lifetime.up, "down": lifetime.down}[what](blueprint)
