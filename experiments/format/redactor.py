"""Secret values replaced by `***` in any text or data, in every spelling they may have taken."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

from experiments.format.secret import MASK
from experiments.model import Json

#: Shorter values would blacken half of every text; they are masked only where they stand alone.
SHORTEST = 4
#: The least of a base64 text that still tells one secret from chance.
_SHORTEST_BASE64 = 6


class Redactor:
    """Knows the secrets of one run; masks them literally, URL-encoded, escaped and in base64."""

    __slots__ = ("_exact", "_pattern")

    def __init__(self, secrets: Iterable[Json] = ()) -> None:
        self._exact = {word for secret in secrets for word in _words(secret)}
        forms = {form for word in self._exact if len(word) >= SHORTEST for form in _forms(word)}
        longest_first = sorted(forms, key=lambda form: (-len(form), form))
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if forms else None

    def knowing(self, secrets: Iterable[Json]) -> Redactor:
        """One that masks these too; the very same where it knew them all."""
        words = {word for secret in secrets for word in _words(secret)}
        return self if words <= self._exact else Redactor([*self._exact, *words])

    @property
    def hides(self) -> bool:
        """Whether there is anything to mask."""
        return bool(self._exact)

    def text(self, text: str) -> str:
        """The text without any secret."""
        if text in self._exact:
            return MASK
        return self._pattern.sub(MASK, text) if self._pattern else text

    def json(self, value: Json) -> Json:
        """The data without any secret, in keys and in numbers too; the very same where there are none."""
        return self._masked(value) if self._exact else value

    def _masked(self, value: Json) -> Json:
        match value:
            case str():
                return self.text(value)
            case list():
                return [self._masked(item) for item in value]
            case dict():
                return {self.text(key): self._masked(item) for key, item in value.items()}
            case bool() | None:
                return value
            case _:
                return MASK if str(value) in self._exact else value


def _words(secret: Json) -> Iterator[str]:
    """The words that must not be seen: a text, each of its longer lines, each leaf of a structure."""
    match secret:
        case str():
            yield from (word for word in (secret, secret.strip()) if word)
            yield from (line.strip() for line in secret.splitlines() if len(line.strip()) >= 8)
        case list():
            for item in secret:
                yield from _words(item)
        case dict():
            for item in secret.values():
                yield from _words(item)
        case bool() | None:
            return
        case _:
            yield str(secret)


def _forms(word: str) -> Iterator[str]:
    yield word
    yield json.dumps(word)[1:-1]
    yield json.dumps(word, ensure_ascii=False)[1:-1]
    yield repr(word)[1:-1]
    content = _bytes(word)
    for quoted in (quote(content), quote(content, safe=""), quote_plus(content)):
        yield quoted
        yield re.sub("%..", lambda found: found[0].lower(), quoted)
    yield from _base64_forms(content)


def _bytes(word: str) -> bytes:
    """As they were in the environment, where they may be no UTF-8; as JSON escapes them else."""
    try:
        return word.encode(errors="surrogateescape")
    except UnicodeEncodeError:
        return word.encode(errors="surrogatepass")


def _base64_forms(word: bytes) -> Iterator[str]:
    """What is left of it in base64, wherever it began: `user:password` is encoded as one text."""
    for shift in range(3):
        encoded = b64encode(b"\0" * shift + word).decode().rstrip("=")
        first = (shift * 8 + 5) // 6
        last = (shift + len(word)) * 8 // 6
        core = encoded[first:last]
        if len(core) >= _SHORTEST_BASE64:
            yield core
            yield core.replace("+", "-").replace("/", "_")
