"""The `provider` of an activity: python, process or http, in the shape the format asks for."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from contextlib import suppress

from experiments.format.expansion import Place
from experiments.format.findings import Findings, is_number
from experiments.format.problem import shown, suggestion
from experiments.format.substitution import has_reference, is_reference
from experiments.format.waiting import is_seconds
from experiments.model import HttpProvider, Json, ProcessProvider, Provider, PythonProvider


def read_provider(findings: Findings, value: Json, place: Place) -> Provider | None:
    """The provider, or None when its problems are in `findings`."""
    provider = findings.mapping(value, place, "provider")
    if provider is None:
        return None
    kind = findings.text(provider, "type", place, "a provider")
    reader = _READERS.get(kind)
    if reader is None:
        if kind:
            known = ", ".join(_READERS)
            message = f"expected a provider of type {known}, found {shown(kind)}{suggestion(kind, _READERS)}"
            findings.error(message, (*place, "type"))
        return None
    return reader(findings, provider, place)


def _read_python(findings: Findings, provider: dict[str, Json], place: Place) -> PythonProvider:
    known = ("type", "module", "func", "arguments", "secrets")
    findings.keys(provider, place, known, inert=("timeout", "configuration"))
    return PythonProvider(
        module=findings.text(provider, "module", place, "a python provider"),
        func=findings.text(provider, "func", place, "a python provider"),
        arguments=findings.optional_mapping(provider, "arguments", place),
        secrets=_names(findings, provider, place),
    )


def _read_process(findings: Findings, provider: dict[str, Json], place: Place) -> ProcessProvider:
    findings.keys(
        provider, place, ("type", "path", "arguments", "timeout"), inert=("secrets", "configuration")
    )
    arguments = provider.get("arguments")
    if arguments is None:
        arguments = []
    if not isinstance(arguments, list | dict | str):
        findings.expected("arguments as a list, text or a mapping", arguments, (*place, "arguments"))
        arguments = []
    if isinstance(arguments, str) and (operators := _shell_operators(arguments)):
        message = f"no shell reads the arguments, so {operators} are plain words"
        where = (*place, "arguments")
        findings.warning(f"{message}; for a shell write path: sh and arguments: [-c, ...]", where)
    timeout = provider.get("timeout")
    if timeout is not None and not is_seconds(timeout):
        findings.expected("timeout in seconds above 0", timeout, (*place, "timeout"))
    path = findings.text(provider, "path", place, "a process provider")
    return ProcessProvider(path=path, arguments=arguments, timeout=timeout)


def _shell_operators(arguments: str) -> str:
    """What a shell, which Chaos Toolkit starts for arguments in one text, would take for more than a word."""
    lexer = shlex.shlex(arguments, posix=True, punctuation_chars="|&;<>")
    lexer.whitespace_split, lexer.commenters = True, ""
    found = _EXPANDED.findall(arguments)
    with suppress(ValueError):  # a quote without its end, which the run says
        found = [*(word for word in lexer if set(word) <= set("|&;<>")), *found]
    return " and ".join(dict.fromkeys(found))


#: Files by pattern, a home, the output of a program.
_EXPANDED = re.compile(r"[*?`]|\$\(|(?<!\S)~")


def _read_http(findings: Findings, provider: dict[str, Json], place: Place) -> HttpProvider:
    known = ("type", "url", "method", "headers", "arguments", "timeout", "verify_tls", "max_retries")
    findings.keys(provider, place, known, inert=("expected_status", "secrets", "configuration"))
    _check_http_values(findings, provider, place)
    method, retries, verify = (provider.get(key) for key in ("method", "max_retries", "verify_tls"))
    arguments = provider.get("arguments")
    if not (arguments is None or isinstance(arguments, dict | list | str)):
        findings.expected("arguments as a mapping, text or a list", arguments, (*place, "arguments"))
    return HttpProvider(
        url=findings.text(provider, "url", place, "an http provider"),
        method=method if isinstance(method, str) else "GET",
        headers=findings.optional_mapping(provider, "headers", place),
        arguments=arguments,
        timeout=provider.get("timeout"),
        verify_tls=True if verify is None else verify,
        max_retries=retries if isinstance(retries, int) else 0,
    )


def _check_http_values(findings: Findings, provider: dict[str, Json], place: Place) -> None:
    for key, expectation, fits in _HTTP_VALUES:
        value = provider.get(key)
        if value is not None and not fits(value):
            findings.expected(expectation, value, (*place, key))
    verify = provider.get("verify_tls")
    if is_number(verify):
        findings.surprising("verify_tls true or false", verify, (*place, "verify_tls"))
    elif not (verify is None or isinstance(verify, bool) or is_reference(verify)):
        findings.expected("verify_tls true or false", verify, (*place, "verify_tls"))


def _is_http_timeout(value: Json) -> bool:
    if isinstance(value, list):
        return len(value) == 2 and all(map(is_seconds, value))
    return is_seconds(value)


def _is_count(value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


_HTTP_VALUES: tuple[tuple[str, str, Callable[[Json], bool]], ...] = (
    ("method", "method as text", lambda value: isinstance(value, str) and bool(value)),
    ("timeout", "timeout in seconds above 0, or [connect, read]", _is_http_timeout),
    ("max_retries", "max_retries as a whole number", _is_count),
)


def _names(findings: Findings, provider: dict[str, Json], place: Place) -> tuple[str, ...]:
    """The groups of secrets a function is given; a single one need not be a list."""
    value = provider.get("secrets")
    if isinstance(value, str) and value:
        findings.surprising("secrets, the names of groups, as a list", value, (*place, "secrets"))
        provider = {**provider, "secrets": [value]}
    names = findings.optional_items(provider, "secrets", place, "secrets, the names of groups,")
    for index, name in enumerate(names):
        if not isinstance(name, str) or has_reference(name):
            findings.expected("the name of a group of secrets", name, (*place, "secrets", index))
    return tuple(name for name in names if isinstance(name, str))


_READERS: dict[str, Callable[[Findings, dict[str, Json], Place], Provider]] = {
    "python": _read_python,
    "process": _read_process,
    "http": _read_http,
}
