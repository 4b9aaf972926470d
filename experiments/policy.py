"""What an experiment may touch on this machine: namespaces, modules, HTTP hosts, programs (DESIGN D13).

The policy belongs to the worker, never to the repo. It is checked on the parsed tree before anything
is imported, and again on what substitution made of it, right before an activity runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import lru_cache
from posixpath import normpath
from typing import Any

from experiments.addresses import guarded, host_of, literal, reached
from experiments.format.problem import suggestion
from experiments.model import Activity, Experiment, Json
from experiments.objections import against, against_experiment, against_namespaces
from experiments.shapes import is_items, is_mapping

#: Our own library, under the names that files use.
OWN_MODULES = ("chaosk8s.*", "chaosistio.*", "cowbane.*")
#: What our own catalog asks for, and the prefix for whatever else experiments are to know.
VARIABLES = ("CHAOS_*", "INGRESS_HOST", "NODE_LABEL")
#: Chaos Toolkit's libraries take these secrets for the way to a cluster (T06).
RESERVED = ("KUBERNETES_*",)

_LISTS = (
    "namespaces",
    "modules",
    "controls",
    "http_hosts",
    "executables",
    "environment",
    "variables",
    "vault_hosts",
)
_KEYS = ("version", *_LISTS, "unverified_tls")


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Patterns as in a shell, e.g. `shop-*`; an empty tuple allows nothing.

    A policy file has the lists and `unverified_tls`, each optional; the rest is a laptop's only.
    """

    namespaces: tuple[str, ...] | None = None  #: None: any that the service account may use
    modules: tuple[str, ...] = OWN_MODULES
    controls: tuple[str, ...] = ()  #: modules whose hooks may be called, wherever a control stands
    #: Names or addresses. A name leads to public and private addresses; loopback, link-local and metadata
    #: services are reached only where the very address is listed, however the host is written.
    http_hosts: tuple[str, ...] = ()
    executables: tuple[str, ...] = ()  #: absolute paths; `*` matches within one folder
    environment: tuple[str, ...] = ("PATH", "HOME", "LANG")  #: variables that programs are given
    variables: tuple[str, ...] = VARIABLES  #: of the environment, that a file may read by `type: env`
    vault_hosts: tuple[str, ...] = ()  #: where secrets may be read from, whoever says the address
    unverified_tls: bool = False  #: whether `verify_tls: false` is followed
    any_address: bool = False  #: HTTP to whatever a host stands for
    any_secret_file: bool = False  #: secrets from any path, not only below the folder of secrets
    shell_words: bool = False  #: programs by their bare name, their arguments as one text
    reserved: tuple[str, ...] = RESERVED  #: names that no secret may have
    program_seconds: float | None = 600.0  #: of a program for which the file gives none; None: for ever

    @classmethod
    def laptop(cls) -> Policy:
        """Everything, like the tools people know."""
        everything: dict[str, Any] = {key: ("*",) for key in _LISTS if key != "namespaces"}
        return replace(
            cls(**everything),
            unverified_tls=True,
            any_address=True,
            any_secret_file=True,
            shell_words=True,
            reserved=(),
            program_seconds=None,
        )

    @classmethod
    def read(cls, data: object) -> Policy | list[str]:
        """The policy a file says, or every problem of it; an absent key keeps its default."""
        if not is_mapping(data):
            return [f"expected a mapping with {', '.join(_KEYS)}, got {type(data).__name__}"]
        problems = list(_problems(data))
        said: dict[str, Any] = {
            key: value if isinstance(value, bool) else tuple(value)
            for key, value in data.items()
            if key != "version" and value is not None and not problems
        }
        return problems or cls(**said)

    def violations(self, experiment: Experiment) -> list[str]:
        """One sentence for each thing in the file, rollbacks included, that this machine may not do."""
        return list(against_experiment(self, experiment))

    def objections(self, activity: Activity) -> Iterator[str]:
        """What speaks against one activity as the file has it; text still to substitute is judged later."""
        return against(self, activity)

    def namespace_objections(self, arguments: Mapping[str, Json]) -> Iterator[str]:
        """What speaks against the namespaces among these arguments."""
        return against_namespaces(self, arguments)

    def allows_namespace(self, namespace: str) -> bool:
        """Whether activities may touch this namespace."""
        return self.namespaces is None or _matches(namespace, self.namespaces)

    def allows_module(self, module: str) -> bool:
        """Whether a function of this module may be called, and so the module imported."""
        return _matches(module, self.modules)

    def allows_control(self, module: str) -> bool:
        """Whether the hooks of this module may be called, and so the module imported."""
        return _matches(module, self.controls)

    def allows_url(self, url: str) -> bool:
        """Whether a request may go to this URL's host; of a name, `allows_address` says the rest."""
        host = host_of(url)
        if host is None or not _matches(host, self.http_hosts):
            return False
        if self.any_address:
            return True
        address = literal(host)
        named = url[:8].lower().startswith(("http://", "https://"))
        return named and (address is None or self.allows_address(str(address)))

    def allows_address(self, address: str) -> bool:
        """Whether a connection may be made to where an allowed host leads."""
        there = literal(address)
        if self.any_address or (there is not None and not guarded(there)):
            return True
        listed = {reached(each) for each in map(literal, self.http_hosts) if each is not None}
        return there is not None and reached(there) in listed

    def allows_executable(self, path: str) -> bool:
        """Whether this program may be started."""
        if self.shell_words:
            return _matches(path, self.executables)
        return is_plain_path(path) and any(_within(path, pattern) for pattern in self.executables)

    def allows_variable(self, key: str) -> bool:
        """Whether a value or a secret of a file may come from this variable of the environment."""
        return _matches(key, self.variables)

    def allows_secret_file(self, path: str) -> bool:
        """Whether a secret may come from this path: on a worker only from below the folder of secrets."""
        return self.any_secret_file or not (path.startswith("/") or ".." in path.split("/") or "\0" in path)

    def allows_vault(self, address: str) -> bool:
        """Whether secrets may be read from the Vault at this URL."""
        return _matches(host_of(address) or "", self.vault_hosts)

    def allows_secret_name(self, name: str) -> bool:
        """Whether a secret may be called so."""
        return not _matches(name, self.reserved)

    def given(self, environment: Mapping[str, str]) -> dict[str, str]:
        """Of the environment, what a program is given."""
        return {key: value for key, value in environment.items() if _matches(key, self.environment)}


def is_own(module: str) -> bool:
    """Whether a name belongs to our library, whether or not there is such a module."""
    return _matches(module, OWN_MODULES)


def is_plain_path(path: str) -> bool:
    """Whether it is absolute and says where it leads, without `..` on the way."""
    return path.startswith("/") and normpath(path) == path


@lru_cache(maxsize=1024)  # asked for every activity of every run
def _matches(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _within(path: str, pattern: str) -> bool:
    """Folder by folder, so that no `*` reaches into another one."""
    parts, wanted = path.split("/"), pattern.split("/")
    return len(parts) == len(wanted) and all(map(fnmatchcase, parts, wanted))


def _problems(data: Mapping[object, object]) -> Iterator[str]:
    for key, value in data.items():
        if key == "version":
            if value != 1:
                yield f"version: expected 1, got {value!r}"
        elif key not in _KEYS:
            yield f"unknown key {key!r}{suggestion(str(key), _KEYS)}"
        elif key == "unverified_tls":
            if not isinstance(value, bool):
                yield f"{key}: expected true or false, got {value!r}"
        elif value is None and key != "namespaces":
            yield f"{key}: expected a list of patterns, got nothing; write [] to allow none"
        elif value is not None and not _is_list_of_text(value):
            yield f"{key}: expected a list of patterns, got {value!r}"


def _is_list_of_text(value: object) -> bool:
    return is_items(value) and all(isinstance(each, str) for each in value)
