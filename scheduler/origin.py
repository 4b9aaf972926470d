"""A `workers` folder of somebody else's is never taken for ours (DESIGN D23).

Celery puts the working directory first on Python's path, so that `-A workers.app` there loads that one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.machinery import PathFinder
from itertools import pairwise
from pathlib import Path

#: Where our three packages stand.
OURS = Path(__file__).resolve().parent.parent
#: What Celery is told to find our application, and the variable that says it too.
APPLICATION, VARIABLE = "workers.app", "APP"


def refusal(words: Sequence[str], environment: Mapping[str, str], folder: Path, path: Sequence[str]) -> str:
    """Why `celery WORDS` in `folder` must not start: it names our application and would find another."""
    if not _names_ours(words, environment):
        return ""
    started_in = folder / (_after(words, "--workdir") or [""])[0]
    found = PathFinder.find_spec("workers", [str(started_in), *path])
    where = Path(found.origin).resolve().parent if found and found.origin else None
    if where in (None, OURS / "workers"):
        return ""
    return (
        f"expected the package `workers` of {OURS}, found {where}; start in a folder without a `workers` "
        "package of its own"
    )


def _names_ours(words: Sequence[str], environment: Mapping[str, str]) -> bool:
    glued = [each[2:] for each in words if each.startswith("-A") and each != "-A"]
    told = [*_after(words, "-A"), *_after(words, "--app"), *glued] or [environment.get(VARIABLE, "")]
    return any(each.partition(":")[0] == APPLICATION for each in told)


def _after(words: Sequence[str], option: str) -> list[str]:
    """The values of an option, as `--option VALUE` and as `--option=VALUE`."""
    apart = [value for name, value in pairwise(words) if name == option]
    return [*apart, *(each.partition("=")[2] for each in words if each.startswith(f"{option}="))]
