"""Whether a provider names what exists: a function of a library with its arguments, a program."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Protocol

from experiments.format.expansion import Place
from experiments.format.findings import Findings
from experiments.format.library import Library, Signature
from experiments.format.problem import Severity, shown, suggestion
from experiments.format.substitution import has_reference
from experiments.model import Json


class Foreign(Protocol):
    """Knows of other people's modules what a check may know: that they are there, or all of them."""

    def check_activity(
        self, findings: Findings, provider: dict[str, Json], place: Place, library: Library
    ) -> None:
        """What is wrong with the module, the function and the arguments of a python provider."""
        ...

    def check_control(self, findings: Findings, provider: dict[str, Json], place: Place) -> None:
        """What is wrong with the module of a control."""
        ...


def check_usage(findings: Findings, provider: dict[str, Json], place: Place, library: Library) -> None:
    """A module, function or argument of the library that does not exist is an error."""
    module, func = provider.get("module"), provider.get("func")
    if not isinstance(module, str) or not module:
        return
    activities = library.activities(module)
    if activities is None:
        near = suggestion(module, library.modules()) or f"; it has {', '.join(library.modules())}"
        findings.error(f"no module {shown(module)} in the library{near}", (*place, "module"))
    elif isinstance(func, str) and func and func not in activities:
        near = suggestion(func, activities) or f"; it has {', '.join(activities)}"
        findings.error(f"no function {shown(func)} in {module}{near}", (*place, "func"))
    elif isinstance(func, str) and func:
        check_arguments(findings, provider, place, activities[func])


def check_program(
    findings: Findings, provider: dict[str, Json], place: Place, which: Callable[[str], str | None]
) -> None:
    """A program that this machine does not have is a warning: the experiment may run elsewhere."""
    path = provider.get("path")
    if isinstance(path, str) and path and not has_reference(path) and which(path) is None:
        message = f"no program {shown(path)} on this machine; it must be where the experiment runs"
        findings.warning(message, (*place, "path"))


def check_arguments(
    findings: Findings,
    provider: dict[str, Json],
    place: Place,
    signature: Signature,
    *,
    passed: Collection[str] = (),
    more: bool = False,
    typed: Severity = Severity.ERROR,
) -> None:
    """Arguments that the function does not take, needs, or takes in another type.

    What the run passes by name may be given too, and `more` says that any other name may. Of other
    people's annotations nobody knows whether they are kept: `typed` says how bad another type is.
    """
    objected = findings.error if typed is Severity.ERROR else findings.warning
    arguments, func = provider.get("arguments") or {}, provider["func"]
    if not isinstance(arguments, dict):
        return
    for name, value in arguments.items():
        if name not in signature.arguments and name not in passed and not more:
            near = suggestion(name, signature.arguments) or _taking(signature.arguments)
            findings.error_at_key(f"{func} takes no argument {name!r}{near}", (*place, "arguments", name))
        elif not has_reference(value) and (objection := signature.objection(name, value)):
            objected(objection, (*place, "arguments", name))
    given_by_the_run: set[str] = {"value"} if "tolerance" in place else set()
    for name in signature.arguments:
        if name in signature.required and name not in arguments and name not in given_by_the_run:
            findings.error(f"{func} needs the argument {name!r}; add it", (*place, "arguments"))


def _taking(arguments: Collection[str]) -> str:
    return f"; it takes {', '.join(arguments) or 'none'}"
