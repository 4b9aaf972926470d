"""Other people's modules, looked for and not imported: to know more, their code would have to run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec

from experiments.format.expansion import Place
from experiments.format.findings import Findings
from experiments.format.library import Library
from experiments.format.problem import shown, suggestion
from experiments.model import Json


@lru_cache(maxsize=1024)  # a folder of experiments names the same few again and again
def is_installed(module: str) -> bool:
    """Whether the top-level package of a module can be found; it is not imported."""
    try:
        return find_spec(module.partition(".")[0]) is not None
    except (ImportError, ValueError):
        return False


@dataclass(frozen=True, slots=True)
class Installed:
    """Says of a module whether its package is there."""

    finds: Callable[[str], bool] = is_installed

    def check_activity(
        self, findings: Findings, provider: dict[str, Json], place: Place, library: Library
    ) -> None:
        """One that is not there is an error."""
        module = provider.get("module")
        if isinstance(module, str) and module and not self.finds(module):
            near = suggestion(module, library.modules()) or _install(module)
            findings.error(f"no module {shown(module)}{near}", (*place, "module"))

    def check_control(self, findings: Findings, provider: dict[str, Json], place: Place) -> None:
        """One that is not there is a warning: a run goes on without it."""
        module = provider.get("module")
        if isinstance(module, str) and module and not self.finds(module):
            message = f"no module {shown(module)}, a run goes on without the control{_install(module)}"
            findings.warning(message, (*place, "module"))


def _install(module: str) -> str:
    return f"; install what provides {module.partition('.')[0]!r}"
