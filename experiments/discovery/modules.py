"""The activities of any importable module. It is imported: that runs its code."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module, metadata
from types import ModuleType
from typing import Any

from experiments.discovery.found import Found, found_in
from experiments.extension import GROUP, kind_of
from experiments.format.installed import is_installed
from experiments.format.problem import shown, suggestion
from experiments.model import ActivityKind
from experiments.providers.sentence import from_exception

#: How Chaos Toolkit calls the modules that hold activities.
_PARTS = ("actions", "probes")


class NotDiscovered(Exception):
    """Nothing can be told of a module; one sentence says why."""


class NotThere(NotDiscovered):
    """There is no module of that name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """What a module has, and why some of it could not be looked at."""

    activities: list[Found] = field(default_factory=list[Found])
    problems: list[str] = field(default_factory=list[str])


def installed() -> Mapping[str, str]:
    """Name -> module of what is installed and says that it has activities."""
    return {each.name: each.module for each in metadata.entry_points(group=GROUP)}


def importable(name: str) -> str:
    """The module behind the name of an entry point or of a distribution, else the name itself."""
    if (module := installed().get(name)) or "-" not in name:
        return module or name
    tops = metadata.packages_distributions().items()
    return next((top for top, owners in tops if name in owners), name)


def discover(name: str) -> Discovery:
    """The activities of a module or a package; of `module.function` that one, whatever it looks like.

    A package written for Chaos Toolkit is asked by its own `discover()` where that library is installed,
    else its modules `actions` and `probes` are read. Raises `NotDiscovered`.
    """
    if not name or name.startswith("."):
        raise NotThere(f"no module {shown(name)}; write its whole name")
    if (module := _module(name)) is not None:
        found = _of(module)
        if not found.activities and not found.problems:
            raise NotDiscovered(f"{name} has no activities: expected public functions with annotations")
        return found
    owner, _, function = name.rpartition(".")
    within = _module(owner) if owner else None
    if within is None:
        package = name.partition(".")[0]
        absent = "" if is_installed(package) else f"; install what provides {package!r}"
        raise NotThere(f"no module {shown(name)}{absent}")
    if inspect.isfunction(called := getattr(within, function, None)):
        return Discovery(activities=[found_in(called, owner)])
    near = suggestion(function, [each.name for each in _of(within).activities])
    raise NotDiscovered(f"no activity {shown(function)} in {owner}{near}")


def _module(name: str) -> ModuleType | None:
    """None where there is none; one that cannot be imported raises."""
    try:
        return import_module(name)
    except ModuleNotFoundError as missing:
        if missing.name and f"{name}.".startswith(f"{missing.name}."):
            return None
        raise NotDiscovered(f"{name} cannot be imported: {from_exception(missing)}") from missing
    except (Exception, SystemExit) as wrong:
        raise NotDiscovered(f"{name} cannot be imported: {from_exception(wrong)}") from wrong


def _of(module: ModuleType) -> Discovery:
    asked = getattr(module, "discover", None)
    if inspect.isfunction(asked) and is_installed("chaoslib"):
        return _told(asked, module.__name__)
    result = Discovery()
    for part in _parts(module, result.problems):
        result.activities.extend(_public(part))
    return result if result.activities or result.problems else Discovery(activities=[*_public(module)])


def _told(asked: Callable[..., Any], package: str) -> Discovery:
    """What the package's own `discover()` says; the types are read off its functions."""
    try:
        told = asked(discover_system=False)["activities"]
        named = [(str(each["mod"]), str(each["name"]), ActivityKind(each["type"])) for each in told]
    except (Exception, SystemExit) as wrong:
        raise NotDiscovered(f"the discover() of {package} failed: {from_exception(wrong)}") from wrong
    result = Discovery()
    for module, name, kind in named:
        function = getattr(_module(module), name, None)
        if inspect.isfunction(function):
            said = kind_of(function, module) if module.endswith(_PARTS) else kind
            result.activities.append(found_in(function, module, said))
        else:
            result.problems.append(f"{module} has no function {name}, which its discover() names")
    return result


def _parts(module: ModuleType, problems: list[str]) -> Iterator[ModuleType]:
    """The modules `actions` and `probes` of a package and of its packages, and the module if it is one."""
    if module.__name__.rpartition(".")[2] in _PARTS:
        yield module
    for _, name, is_package in pkgutil.iter_modules(getattr(module, "__path__", ()), f"{module.__name__}."):
        last = name.rpartition(".")[2]
        if last.startswith("_") or not (is_package or last in _PARTS):
            continue
        try:
            inner = _module(name)
        except NotDiscovered as wrong:
            problems.append(str(wrong))
            continue
        if inner is not None:
            yield from _parts(inner, problems)


def _public(module: ModuleType) -> Iterator[Found]:
    """What `__all__` names, else what is defined there; functions without annotations only in `_PARTS`."""
    exported = getattr(module, "__all__", None)
    for name, function in vars(module).items():
        if not inspect.isfunction(function):
            continue
        public = name in exported if exported is not None else _is_own(name, function, module)
        if public and (function.__annotations__ or module.__name__.endswith(_PARTS)):
            yield found_in(function, module.__name__)


def _is_own(name: str, function: Callable[..., Any], module: ModuleType) -> bool:
    return not name.startswith("_") and function.__module__ == module.__name__
