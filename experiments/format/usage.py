"""Whether a provider names what exists: a function with its arguments, an installed module, a program."""

from __future__ import annotations

from collections.abc import Callable

from experiments.format.expansion import Place
from experiments.format.findings import Findings
from experiments.format.library import Library, Signature
from experiments.format.problem import shown, suggestion
from experiments.format.substitution import has_reference
from experiments.model import Json


def check_usage(
    findings: Findings,
    provider: dict[str, Json],
    place: Place,
    library: Library,
    installed: Callable[[str], bool],
) -> None:
    """A module, function or argument of a python provider that does not exist is an error.

    Of other people's modules only the package is looked for: to know more, they would have to be run.
    """
    module, func = provider.get("module"), provider.get("func")
    if not isinstance(module, str) or not module:
        return
    if not library.owns(module):
        if not installed(module):
            package = module.partition(".")[0]
            near = suggestion(module, library.modules()) or f"; install what provides {package!r}"
            findings.error(f"no module {shown(module)}{near}", (*place, "module"))
        return
    activities = library.activities(module)
    if activities is None:
        near = suggestion(module, library.modules()) or f"; it has {', '.join(library.modules())}"
        findings.error(f"no module {shown(module)} in the library{near}", (*place, "module"))
    elif isinstance(func, str) and func and func not in activities:
        near = suggestion(func, activities) or f"; it has {', '.join(activities)}"
        findings.error(f"no function {shown(func)} in {module}{near}", (*place, "func"))
    elif isinstance(func, str) and func:
        _check_arguments(findings, provider, place, activities[func])


def check_program(
    findings: Findings, provider: dict[str, Json], place: Place, which: Callable[[str], str | None]
) -> None:
    """A program that this machine does not have is a warning: the experiment may run elsewhere."""
    path = provider.get("path")
    if isinstance(path, str) and path and not has_reference(path) and which(path) is None:
        message = f"no program {shown(path)} on this machine; it must be where the experiment runs"
        findings.warning(message, (*place, "path"))


def _check_arguments(
    findings: Findings, provider: dict[str, Json], place: Place, signature: Signature
) -> None:
    arguments, func = provider.get("arguments") or {}, provider["func"]
    if not isinstance(arguments, dict):
        return
    for name in arguments:
        if name not in signature.arguments:
            near = suggestion(name, signature.arguments) or f"; it takes {', '.join(signature.arguments)}"
            findings.error_at_key(f"{func} takes no argument {name!r}{near}", (*place, "arguments", name))
    given_by_the_run = {"value"} if "tolerance" in place else set()
    for name in signature.arguments:
        if name in signature.required and name not in arguments and name not in given_by_the_run:
            findings.error(f"{func} needs the argument {name!r}; add it", (*place, "arguments"))
