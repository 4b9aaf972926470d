"""What an experiment may touch on this machine: namespaces, modules, HTTP hosts, programs (DESIGN D13).

The policy belongs to the worker, never to the repo. It is checked on the parsed tree before anything
is imported, and again on what substitution made of it, right before an activity runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from urllib.parse import urlsplit

from experiments.format.problem import suggestion
from experiments.model import Activity, Experiment, HttpProvider, Json, ProcessProvider, PythonProvider
from experiments.providers.described import described

#: Our own library, under the names that files use.
OWN_MODULES = ("chaosk8s.*", "chaosistio.*", "cowbane.*")
_KEYS = ("version", "namespaces", "modules", "http_hosts", "executables")


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Patterns as in a shell, e.g. `shop-*`; an empty tuple allows nothing."""

    namespaces: tuple[str, ...] | None = None  #: None: any that the service account may use
    modules: tuple[str, ...] = OWN_MODULES
    http_hosts: tuple[str, ...] = ()
    executables: tuple[str, ...] = ()

    @classmethod
    def laptop(cls) -> Policy:
        """Everything, like the tools people know."""
        return cls(namespaces=None, modules=("*",), http_hosts=("*",), executables=("*",))

    @classmethod
    def read(cls, data: object) -> Policy | list[str]:
        """The policy a file says, or every problem of it; an absent key keeps its default."""
        if not isinstance(data, Mapping):
            return [f"expected a mapping with {', '.join(_KEYS)}, got {type(data).__name__}"]
        problems = list(_problems(data))
        lists = {key: tuple(value) for key, value in data.items() if key != "version" and value is not None}
        return problems or cls(**lists)

    def violations(self, experiment: Experiment) -> list[str]:
        """One sentence for each activity, rollbacks included, that this machine may not run."""
        return [
            f"{activity.name}: {sentence}"
            for activity in experiment.activities()
            for sentence in self.objections(activity)
        ]

    def objections(self, activity: Activity) -> Iterator[str]:
        """What speaks against one activity as the file has it; text still to substitute is judged later."""
        match activity.provider:
            case PythonProvider(module=module, arguments=arguments):
                if not self.allows_module(module):
                    yield _refused("module", module, self.modules)
                yield from self.namespace_objections(arguments)
            case HttpProvider(url=url) if "$" not in url and not self.allows_url(url):
                yield _refused("HTTP host", _host(url) or url, self.http_hosts)
            case ProcessProvider(path=path) if not self.allows_executable(path):
                yield _refused("program", path, self.executables)
            case _:
                pass
        if isinstance(activity.tolerance, dict) and activity.tolerance.get("type") == "probe":
            yield from self._of_tolerance(activity.tolerance)

    def namespace_objections(self, arguments: Mapping[str, Json]) -> Iterator[str]:
        """What speaks against the namespaces among these arguments."""
        for name in ("ns", "namespace"):
            namespace = arguments.get(name)
            if isinstance(namespace, str) and "$" not in namespace and not self.allows_namespace(namespace):
                yield _refused("namespace", namespace, self.namespaces or ())

    def allows_namespace(self, namespace: str) -> bool:
        """Whether activities may touch this namespace."""
        return self.namespaces is None or _matches(namespace, self.namespaces)

    def allows_module(self, module: str) -> bool:
        """Whether a function of this module may be called, and so the module imported."""
        return _matches(module, self.modules)

    def allows_url(self, url: str) -> bool:
        """Whether a request may go to this URL's host."""
        host = _host(url)
        return host is not None and _matches(host, self.http_hosts)

    def allows_executable(self, path: str) -> bool:
        """Whether this program may be started."""
        return _matches(path, self.executables)

    def _of_tolerance(self, tolerance: Mapping[str, Json]) -> Iterator[str]:
        try:
            probe = described(tolerance)
        except ValueError as wrong:
            yield f"its tolerance cannot be judged: {wrong}"
        else:
            yield from self.objections(probe)


def is_own(module: str) -> bool:
    """Whether a name belongs to our library, whether or not there is such a module."""
    return _matches(module, OWN_MODULES)


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:  # brackets that are no address
        return None


@lru_cache(maxsize=1024)  # asked for every activity of every run
def _matches(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _refused(what: str, name: str, allowed: tuple[str, ...]) -> str:
    known = ", ".join(allowed) or "none"
    return f"the policy of this worker does not allow the {what} {name!r}; it allows {known}"


def _problems(data: Mapping[object, object]) -> Iterator[str]:
    for key, value in data.items():
        if key == "version":
            if value != 1:
                yield f"version: expected 1, got {value!r}"
        elif key not in _KEYS:
            yield f"unknown key {key!r}{suggestion(str(key), _KEYS)}"
        elif value is None and key != "namespaces":
            yield f"{key}: expected a list of patterns, got nothing; write [] to allow none"
        elif value is not None and not _is_list_of_text(value):
            yield f"{key}: expected a list of patterns, got {value!r}"


def _is_list_of_text(value: object) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(each, str) for each in value)
