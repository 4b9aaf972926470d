"""Where Redis is: every URL that Celery takes, as the client library wants it, and as people may see it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from workers.settings import SettingsError

SCHEMES = ("redis", "rediss", "unix", "redis+socket")


@dataclass(frozen=True, slots=True)
class Address:
    """A parsed COWBANE_REDIS_URL."""

    url: str  #: may hold a password
    shown: str  #: holds none
    secret: str = ""

    def __repr__(self) -> str:
        return f"Address({self.shown})"

    def cleaned(self, text: str) -> str:
        """`text` without the password."""
        return text.replace(self.secret, "***") if self.secret else text


def parse(url: str) -> Address:
    """The address of a URL; raises `SettingsError` without showing it."""
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES:
        expected = ", ".join(f"{scheme}://" for scheme in SCHEMES)
        raise SettingsError(
            f"COWBANE_REDIS_URL: expected one of {expected}, found {parts.scheme or 'none'}://"
        )
    options = dict(parse_qsl(parts.query))
    secret = parts.password or options.get("password", "")
    if parts.scheme in ("unix", "redis+socket"):
        options["db"] = options.pop("virtual_host", options.get("db", "0")).lstrip("/")
        unix = f"unix://{parts.netloc}{parts.path}?{urlencode(options)}"
        return Address(unix, f"{parts.path} (database {options['db']})", secret)
    if "ssl_cert_reqs" in options:  # Celery says CERT_REQUIRED where the client library says required
        options["ssl_cert_reqs"] = options["ssl_cert_reqs"].lower().removeprefix("cert_")
    cleaned = urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(options), ""))
    try:
        where = f"{parts.hostname or 'localhost'}:{parts.port or 6379}"
    except ValueError:
        raise SettingsError("COWBANE_REDIS_URL: expected a port from 1 to 65535, found another") from None
    return Address(cleaned, f"{where} (database {parts.path.strip('/') or '0'})", secret)
