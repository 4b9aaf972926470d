"""What Chaos Toolkit reads in a plain word: its YAML is 1.1, in which `no` is false and `010` is eight.

Only words that mean something else here are looked at twice, so that a file means the same in both.
"""

from __future__ import annotations

import math
import re

import yaml

from experiments.format.problem import shown
from experiments.format.scalars import NotAValue, resolve
from experiments.model import Json

#: Every plain word that YAML 1.1 may read as something else than 1.2 does.
_SUSPECT = re.compile(
    r"yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF"
    r"|[-+]?0[0-9_xobXOB][0-9a-fA-F_]*"
    r"|[-+]?[0-9][0-9.]*[_:eE][0-9_:.eE+-]*"
    r"|[-+]\.[0-9]+"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*"
)
#: Characters of a word that may be a number; a longer one has more digits than anybody counts.
LONGEST = 300


def reread(word: str) -> tuple[Json, str]:
    """The value of a word in Chaos Toolkit, and what to tell if it is not the value it has here.

    Raises `NotAValue` for a number without end.
    """
    value = _here(word)
    if len(word) > LONGEST or not _SUSPECT.fullmatch(word):
        return value, ""
    try:
        theirs = yaml.load(word, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, ValueError):  # a date that there never was
        return value, ""
    if isinstance(theirs, float) and not math.isfinite(theirs):
        raise NotAValue(f"expected a finite number, found {shown(word)}; quote it if it is text")
    if type(theirs) is type(value) and theirs == value:
        return value, ""
    if not isinstance(theirs, bool | int | float | str):
        return value, f"{shown(word)} is text here and a date in Chaos Toolkit; quote it"
    said = str(theirs).lower() if isinstance(theirs, bool) else "text" if theirs == word else repr(theirs)
    return theirs, f"{shown(word)} is read as {said}, as Chaos Toolkit does; quote it if it is text"


def _here(word: str) -> Json:
    """Its value; none for a number without end that is text in Chaos Toolkit, e.g. `1e1000`."""
    try:
        return resolve(word)
    except NotAValue:
        if len(word) <= LONGEST and _SUSPECT.fullmatch(word) and _is_text(word):
            return None
        raise


def _is_text(word: str) -> bool:
    try:
        return isinstance(yaml.load(word, Loader=yaml.CSafeLoader), str)
    except (yaml.YAMLError, ValueError):
        return False
