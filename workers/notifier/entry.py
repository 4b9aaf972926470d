"""One entry of the `notifications` list, read key by key: every problem is kept, no secret is quoted."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import parse_qsl, urlsplit

from experiments.format.problem import Severity, suggestion
from experiments.model import Json
from workers.notifier.events import ALIASES, CLASSES, EventFilter, EventName
from workers.notifier.secret import SecretReference, Source

#: Where in the list: the entry's index, then keys and indexes.
Path: TypeAlias = tuple[str | int, ...]

#: What Chaos Toolkit sends and Cowbane has no counterpart for.
FOREIGN_EVENTS = frozenset(
    f"{flow}-{stage}"
    for flow in ("discover", "discovery", "init", "validate")
    for stage in ("started", "completed")
) | {"init-failed"}
_ENV_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_TOKEN = re.compile(r"xox[a-z]-|xapp-|whsec_|https?:", re.IGNORECASE)
_HEADER_NAME = re.compile(r"[A-Za-z0-9-]+")
_SECRET_WORD = re.compile(r"auth|token|secret|key|passw|cookie|credential|signature", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
ELSEWHERE = "put it into env or file, e.g. {env: NAME}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingProblem:
    """One thing that is wrong; the path is relative to the `notifications` list."""

    path: Path
    message: str
    severity: Severity = Severity.ERROR


@dataclass(slots=True)
class Entry:
    """One mapping of the list. A reading method returns the value, or a stand-in after noting a problem."""

    index: int
    raw: Mapping[str, Json]
    problems: list[SettingProblem] = field(default_factory=list)

    def problem(self, message: str, *path: str | int, severity: Severity = Severity.ERROR) -> None:
        self.problems.append(SettingProblem(path=(self.index, *path), message=message, severity=severity))

    def only(self, kind: str, keys: Collection[str]) -> None:
        """Note each key that an entry of this type does not have."""
        for key in self.raw:
            if key not in keys:
                known = ", ".join(sorted(keys))
                self.problem(f"unknown key {key!r} for {kind}{suggestion(key, keys)}; known: {known}", key)

    def text(self, key: str, default: str | None = None) -> str:
        """A text that is no secret."""
        value = self.raw.get(key, default)
        if isinstance(value, str) and value.strip():
            return value
        self.problem(f"{key}: expected a text, found {_kind(value)}", *self._at(key))
        return ""

    def flag(self, key: str, default: bool) -> bool:
        value = self.raw.get(key, default)
        if not isinstance(value, bool):
            self.problem(f"{key}: expected true or false, found {_kind(value)}", key)
        return value is True

    def channel_name(self, derived: str) -> str:
        """The explicit `name`, else the derived one."""
        name = self.text("name", re.sub(r"[^A-Za-z0-9._-]+", "-", derived).strip("-._")[:63] or "channel")
        if name and not _NAME.fullmatch(name):
            self.problem("name: expected letters, digits, '.', '_' and '-', at most 63 of them", "name")
        return name

    def events(self, default: tuple[str, ...]) -> tuple[str, ...]:
        """The filter's entries."""
        value = self.raw.get("events")
        if value is None and "events" not in self.raw:
            return default
        entries = [value] if isinstance(value, str) else value
        if not isinstance(entries, list) or not all(isinstance(entry, str) for entry in entries):
            self.problem(
                "events: expected a list of event names, e.g. [run-failed, validate-failed]", "events"
            )
            return default
        names = tuple(str(entry) for entry in entries)
        if not names:
            nothing = "events: the list is empty, so that this channel never hears anything; name some events"
            self.problem(nothing, "events", severity=Severity.WARNING)
        for index, name in enumerate(names):
            self._check_event(name, index)
        return names

    def secret(self, key: str) -> SecretReference | None:
        """A reference that must be there."""
        return self.reference(key, self.raw.get(key), key)

    def reference(self, what: str, value: Json, *path: str | int) -> SecretReference | None:
        """`{env: NAME}` or `{file: path}`; a literal is refused without being quoted."""
        at = path if path and path[0] in self.raw else ()
        if isinstance(value, str):
            self.problem(f"{what}: a secret may not stand in the repo; {ELSEWHERE}", *at)
            return None
        if not isinstance(value, dict) or len(value) != 1 or not value.keys() <= {"env", "file"}:
            self.problem(f"{what}: expected {{env: NAME}} or {{file: path}}, found {_kind(value)}", *at)
            return None
        ((source, name),) = value.items()
        if not isinstance(name, str) or not _names_a_place(Source(source), name):
            self.problem(f"{what}: expected the name of {_PLACES[Source(source)]}", *at, source)
            return None
        return SecretReference(source=Source(source), name=name)

    def url(self, key: str, default: str | None = None) -> str:
        """A literal http(s) URL with nothing secret in it."""
        text = self.text(key, default)
        try:
            parts = urlsplit(text)
            usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
            usable = usable and text.isprintable() and " " not in text
        except ValueError:
            usable = False
        if not usable:
            if text:
                self.problem(f"{key}: expected a URL such as https://hooks.example.com/chaos", key)
            return ""
        if parts.username or parts.password or any(_SECRET_WORD.search(k) for k, _ in parse_qsl(parts.query)):
            self.problem(f"{key}: a URL with a password or token in it is a secret; {ELSEWHERE}", key)
        return text

    def headers(self) -> dict[str, str | SecretReference]:
        """Names in lower case; a header that carries a credential must be a reference."""
        value = self.raw.get("headers", {})
        if not isinstance(value, dict):
            self.problem(f"headers: expected a mapping, found {_kind(value)}", "headers")
            return {}
        headers: dict[str, str | SecretReference] = {}
        for name, content in value.items():
            found = self._header(name, content)
            headers |= {name.lower(): found} if found is not None else {}
        return headers

    def _header(self, name: str, content: Json) -> str | SecretReference | None:
        if not _HEADER_NAME.fullmatch(name):
            self.problem("headers: expected a name of letters, digits and '-'", "headers", name)
        elif isinstance(content, dict) or _SECRET_WORD.search(name):
            return self.reference(f"header {name}", content, "headers", name)
        elif isinstance(content, str) and content.isprintable() and content.isascii():
            return content
        else:
            self.problem(f"header {name}: expected one line of ASCII text", "headers", name)
        return None

    def _check_event(self, name: str, index: int) -> None:
        if not EventFilter.unknown([name]):
            return
        if name in FOREIGN_EVENTS:
            words = f"events: {name!r} is an event of Chaos Toolkit that is never sent here; leave it out"
            self.problem(words, "events", index, severity=Severity.WARNING)
            return
        known = [*CLASSES, *ALIASES, *(event.value for event in EventName)]
        self.problem(f"events: unknown event {name!r}{suggestion(name, known)}", "events", index)

    def _at(self, key: str) -> tuple[str, ...]:
        return (key,) if key in self.raw else ()


_PLACES = {
    Source.ENV: "an environment variable that holds the secret, e.g. {env: SLACK_TOKEN}",
    Source.FILE: "a file that holds the secret, e.g. {file: slack-token}",
}


def _names_a_place(source: Source, name: str) -> bool:
    if _TOKEN.match(name) or not name.strip() or "\0" in name:
        return False
    return source is Source.FILE or bool(_ENV_NAME.fullmatch(name))


def _kind(value: Json) -> str:
    """What was found, never its content: it may be a secret in the wrong place."""
    names = {type(None): "nothing", bool: "a boolean", int: "a number", float: "a number", str: "a text"}
    return names.get(type(value), "a list" if isinstance(value, list) else "a mapping")
