"""What the format knows and this version cannot do yet: said as such, never as a mistake of the file."""

from __future__ import annotations

from experiments.format.expansion import Place
from experiments.format.findings import Findings
from experiments.format.items import provider_items
from experiments.format.library import Library
from experiments.format.problem import Severity
from experiments.model import Json


def check_availability(findings: Findings, data: Json, library: Library, severity: Severity) -> None:
    """Every activity that a run would be refused for."""
    for place, name in _missing_activities(data, library):
        message = f"{name} is known but not available in this version"
        if severity is Severity.ERROR:
            findings.error(f"{message}; take it out to run the rest", place)
        else:
            findings.warning(f"{message}: a run of it would be refused", place)


def _missing_activities(data: Json, library: Library) -> list[tuple[Place, str]]:
    missing: list[tuple[Place, str]] = []
    for place, provider in provider_items(data):
        module, func = provider.get("module"), provider.get("func")
        if provider.get("type") != "python" or not isinstance(module, str) or not isinstance(func, str):
            continue
        signature = (library.activities(module) or {}).get(func)
        if signature and not signature.available:
            missing.append(((*place, "func"), f"{module}.{func}"))
    return missing
