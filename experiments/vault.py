"""Secrets from Vault, through `hvac` of the extra `vault`, imported when the first one is asked for.

The keys of the configuration are Chaos Toolkit's: `vault_addr`, then one of `vault_token`,
`vault_role_id` with `vault_role_secret`, or `vault_sa_role` (with `vault_sa_token_path` and
`vault_k8s_mount_point`); `vault_kv_version` (2) and `vault_secrets_mount_point` (secret). Where it has no
address or no way to log in, `VAULT_ADDR` and `VAULT_TOKEN` of the environment count.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Protocol
from urllib.parse import quote, urlsplit

from experiments.beside import beside
from experiments.engine.stop import Stop
from experiments.format.secret import NoSecret
from experiments.model import Json
from experiments.providers.redirects import is_complete
from experiments.providers.sentence import from_exception
from experiments.shapes import is_dict

#: For one secret, the login included.
SECONDS = 10.0
#: The token of a pod's own account.
ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount/token"
_CREDENTIALS = ("vault_token", "vault_role_id", "vault_role_secret")
_LOGINS = "vault_token, vault_role_id with vault_role_secret, or vault_sa_role"


class Client(Protocol):
    """What we use of `hvac.Client`."""

    token: str

    def read(self, path: str) -> object:
        """The answer as data, None where nothing is."""
        ...

    def write_data(self, path: str, *, data: Mapping[str, str]) -> object:
        """The answer as data."""
        ...


def credentials(configuration: Mapping[str, Json]) -> list[Json]:
    """Values of the configuration that open a Vault: as secret as what is in it, for the `Redactor`."""
    return [configuration[key] for key in _CREDENTIALS if key in configuration]


class Vault:
    """Asks one Vault for the secrets of one run, each within the time; who did not answer is not asked again.

    `allows` judges the address. Only where `absolute_files` says so may the configuration name the file
    with an account's token: elsewhere it would send any file of the machine to any server.
    """

    def __init__(
        self,
        configuration: Mapping[str, Json],
        environment: Mapping[str, str],
        stop: Stop,
        *,
        allows: Callable[[str], bool] = lambda _url: True,
        absolute_files: bool = False,
        seconds: float = SECONDS,
        load: Callable[[str], ModuleType] = importlib.import_module,
    ) -> None:
        self._said = {key: str(value) for key, value in configuration.items() if value is not None}
        self._environment, self._stop = environment, stop
        self._allows, self._absolute_files = allows, absolute_files
        self._seconds, self._load = seconds, load
        self._client: Client | None = None
        self._refused = ""

    def __call__(self, declared: Mapping[str, Json]) -> Json:
        """What stands at its `path`, or under its `key` there; raises `NoSecret`, and `Interrupted`."""
        path, key = declared.get("path"), declared.get("key")
        if not isinstance(path, str) or not path.strip("/") or ".." in path.split("/"):
            raise NoSecret("expected 'path' as text, the way to a secret in Vault")
        if self._refused:
            raise NoSecret(self._refused)
        try:
            data = beside(lambda: self._data(path), name="ask Vault", seconds=self._seconds, stop=self._stop)
        except TimeoutError as late:
            self._refused = f"Vault at {self._server}: {late}"
            raise NoSecret(self._refused) from None
        if key is None:
            return data
        if str(key) not in data:
            raise NoSecret(f"Vault has no key {key!r} at {path}")
        return data[str(key)]

    @property
    def _address(self) -> str:
        return self._said.get("vault_addr") or self._environment.get("VAULT_ADDR", "")

    @property
    def _server(self) -> str:
        return urlsplit(self._address).netloc.rpartition("@")[2]

    def _data(self, path: str) -> dict[str, Json]:
        mount = self._said.get("vault_secrets_mount_point", "secret").strip("/")
        first = self._said.get("vault_kv_version") == "1"
        where = f"{mount}/{path.strip('/')}" if first else f"{mount}/data/{path.strip('/')}"
        answer = self._asked(lambda client: client.read(quote(where)))
        data = _inner(answer, "data") if first else _inner(_inner(answer, "data"), "data")
        if data is None:
            raise NoSecret(f"Vault at {self._server} has no secret at {path}")
        return data

    def _asked(self, ask: Callable[[Client], object]) -> object:
        hvac = self._hvac()
        try:
            return ask(self._connected(hvac))
        except hvac.exceptions.VaultError as wrong:
            raise NoSecret(f"Vault at {self._server} refused: {from_exception(wrong)}") from None
        except (OSError, ValueError) as wrong:  # of requests, whose text is a page
            self._refused = f"Vault at {self._server} cannot be asked: {type(wrong).__name__}"
            raise NoSecret(self._refused) from None

    def _hvac(self) -> ModuleType:
        try:
            return self._load("hvac")
        except ImportError:
            raise NoSecret("Vault needs the extra `vault`: pip install 'cowbane[vault]'") from None

    def _connected(self, hvac: ModuleType) -> Client:
        if self._client is None:
            if not is_complete(self._address):
                raise NoSecret("expected vault_addr in the configuration, a URL like https://vault:8200")
            if not self._allows(self._address):
                raise NoSecret(
                    f"the policy of this worker does not allow requests to Vault at {self._server}"
                )
            ends = 2 * self._seconds  # of a thread that was left behind; whoever waits has gone by then
            client: Client = hvac.Client(url=self._address, token="", timeout=ends, allow_redirects=False)
            client.token = self._token(client)
            self._client = client
        return self._client

    def _token(self, client: Client) -> str:
        said = self._said
        if "vault_token" in said:
            return said["vault_token"]
        if "vault_role_id" in said and "vault_role_secret" in said:
            role = {"role_id": said["vault_role_id"], "secret_id": said["vault_role_secret"]}
            return self._login(client, "approle", role)
        if "vault_sa_role" in said:
            account = {"role": said["vault_sa_role"], "jwt": self._account()}
            return self._login(client, said.get("vault_k8s_mount_point", "kubernetes").strip("/"), account)
        if self._environment.get("VAULT_TOKEN"):
            return self._environment["VAULT_TOKEN"]
        raise NoSecret(f"no way to log in to Vault; the configuration needs {_LOGINS}")

    def _account(self) -> str:
        place = self._said.get("vault_sa_token_path") or ACCOUNT
        if place != ACCOUNT and not self._absolute_files:
            raise NoSecret(f"vault_sa_token_path {place} is not allowed here; only {ACCOUNT} is")
        try:
            return Path(place).read_text()
        except (OSError, ValueError):
            raise NoSecret(f"the account's token cannot be read at {place}") from None

    def _login(self, client: Client, mount: str, data: Mapping[str, str]) -> str:
        answer = client.write_data(f"auth/{quote(mount)}/login", data=data)
        token = (_inner(answer, "auth") or {}).get("client_token")
        if not isinstance(token, str):
            raise NoSecret(f"Vault at {self._server} gave no token for the login at auth/{mount}")
        return token


def _inner(answer: object, key: str) -> dict[str, Json] | None:
    """The mapping under a key of what Vault answered; None where there is none."""
    inner: object = answer.get(key) if is_dict(answer) else None
    return inner if is_dict(inner) else None
