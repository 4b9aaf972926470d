"""Other people's modules, imported when somebody asks for one; what goes wrong is one sentence."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType

from experiments.engine.caught import Caught
from experiments.engine.stop import Interrupted
from experiments.providers.sentence import from_exception

#: What brings Chaos Toolkit's own library, for modules that import it.
_EXTRA = "it needs Chaos Toolkit's library: install cowbane[ctk]"


class NotImportable(Exception):
    """A module that cannot be had, and why."""


def imported(name: str) -> ModuleType:
    """The module; raises `NotImportable` for whatever its import raises, but for the end of the run."""
    known = sys.modules.get(name)
    if known is not None and not getattr(known.__spec__, "_initializing", False):
        return known
    found: list[ModuleType] = []
    with Caught() as caught:
        found.append(import_module(name))
    match caught.error:
        case None:
            return found[0]
        case Interrupted() | KeyboardInterrupt():
            raise caught.error
        case ModuleNotFoundError(name=str(missing)) if missing.partition(".")[0] == "chaoslib":
            raise NotImportable(f"{name} cannot be imported: {_EXTRA}") from caught.error
        case wrong:
            raise NotImportable(f"{name} cannot be imported: {from_exception(wrong)}") from wrong
