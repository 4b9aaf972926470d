"""Where Redis is: every URL that Celery takes, as the client library wants it, and as people may see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from workers.settings import SettingsError

SCHEMES = ("redis", "rediss", "unix", "redis+socket")


@dataclass(frozen=True, slots=True)
class Address:
    """A parsed COWBANE_REDIS_URL."""

    url: str  #: may hold a password
    shown: str  #: holds none
    secret: str = ""  #: as it is, not as a URL has it

    def __repr__(self) -> str:
        return f"Address({self.shown})"

    def cleaned(self, text: str) -> str:
        """`text` without the password, as it is and as a URL has it."""
        for secret in {self.secret, quote(self.secret, safe="")} - {""}:
            text = text.replace(secret, "***")
        return text


def composed(url: str, *, username: str, password: str, ca_file: Path | None) -> str:
    """The URL with the user, the password and the CA in it; TLS asks for a certificate unless it says not."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    if parts.scheme == "rediss":
        options.setdefault("ssl_cert_reqs", "required")
    if ca_file is not None:
        options["ssl_ca_certs"] = str(ca_file)
    user = f"{quote(username, safe='')}:{quote(password, safe='')}@" if password else ""
    return _joined(parts.scheme, user + parts.netloc, parts.path, options)


def parse(url: str) -> Address:
    """The address of a URL; raises `SettingsError` without showing it."""
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES:
        expected = ", ".join(f"{scheme}://" for scheme in SCHEMES)
        raise SettingsError(
            f"COWBANE_REDIS_URL: expected one of {expected}, found {parts.scheme or 'none'}://"
        )
    options = dict(parse_qsl(parts.query))
    secret = unquote(parts.password or "") or options.get("password", "")
    if parts.scheme in ("unix", "redis+socket"):
        options["db"] = options.pop("virtual_host", options.get("db", "0")).lstrip("/")
        unix = _joined("unix", parts.netloc, parts.path, options)
        return Address(unix, f"{parts.path} (database {options['db']})", secret)
    if "ssl_cert_reqs" in options:  # Celery says CERT_REQUIRED where the client library says required
        options["ssl_cert_reqs"] = options["ssl_cert_reqs"].lower().removeprefix("cert_")
    cleaned = _joined(parts.scheme, parts.netloc, parts.path, options)
    try:
        where = f"{parts.hostname or 'localhost'}:{parts.port or 6379}"
    except ValueError:
        raise SettingsError("COWBANE_REDIS_URL: expected a port from 1 to 65535, found another") from None
    return Address(cleaned, f"{where} (database {parts.path.strip('/') or '0'})", secret)


def _joined(scheme: str, netloc: str, path: str, options: Mapping[str, str]) -> str:
    """Not by the standard library, which leaves the // out where there is no host."""
    query = f"?{urlencode(options, safe='/')}" if options else ""
    return f"{scheme}://{netloc}{path}{query}"
