"""A secret in Vault is fetched once, in bounded time, and whatever keeps it away is one sentence."""

from __future__ import annotations

import importlib
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import pytest
from local_server import Asked, LocalServer, Reply

from experiments.engine.stop import Interrupted, Stop
from experiments.format.redactor import Redactor
from experiments.format.secret import NoSecret
from experiments.format.secrets import resolve_secrets
from experiments.model import Json
from experiments.vault import Vault, credentials

CANARY = "c4nary+from/vault=?"
TOKEN = "t0ken-of-a-role"
PAYLOAD: Mapping[str, Json] = {"password": CANARY, "login": "jane"}
Load = Callable[[str], ModuleType]


class VaultServer(LocalServer):
    """What Vault's API answers to the few questions that matter here."""

    def answer(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        if asked.path.endswith("/login"):
            given = json.loads(asked.body)
            known = given in ({"role_id": "r", "secret_id": "s"}, {"role": "chaos", "jwt": "account"})
            return _reply({"auth": {"client_token": TOKEN}}) if known else _refusal(400, "invalid role")
        if asked.headers.get("x-vault-token") != TOKEN:
            return _refusal(403, "permission denied")
        return self.replies.get(asked.path, _refusal(404))


def _reply(data: Json, status: int = 200) -> Reply:
    return Reply(status=status, headers={"content-type": "application/json"}, body=json.dumps(data).encode())


def _refusal(status: int, *errors: str) -> Reply:
    return _reply({"errors": list(errors)}, status)


class VaultError(Exception):
    """As the one of hvac."""


class Client:
    """As `hvac.Client`, for a machine that has none."""

    def __init__(self, url: str, token: str, timeout: float, allow_redirects: bool) -> None:
        self.url, self.token, self.timeout = url, token, timeout

    def read(self, path: str) -> object:
        return self._ask(path, None)

    def write_data(self, path: str, *, data: Mapping[str, str]) -> object:
        return self._ask(path, json.dumps(data).encode())

    def _ask(self, path: str, body: bytes | None) -> object:
        headers = {"X-Vault-Token": self.token}
        request = urllib.request.Request(f"{self.url}/v1/{path}", data=body, headers=headers)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=self.timeout) as answer:  # noqa: S310
                return json.load(answer)
        except urllib.error.HTTPError as refused:
            with refused:
                if refused.code == 404:
                    return None
                raise VaultError(", ".join(json.load(refused)["errors"])) from None


def _stand_in(_name: str) -> ModuleType:
    module = ModuleType("hvac")
    module.__dict__.update(Client=Client, exceptions=ModuleType("hvac.exceptions"))
    module.exceptions.__dict__["VaultError"] = VaultError
    return module


HVAC = pytest.param(
    importlib.import_module, id="hvac", marks=pytest.mark.skipif(find_spec("hvac") is None, reason="no hvac")
)


@pytest.fixture(params=[pytest.param(_stand_in, id="a stand-in"), HVAC])
def load(request: pytest.FixtureRequest) -> Load:
    """The library, and what stands in for it on a machine that has none."""
    found: Load = request.param
    return found


@pytest.fixture
def server() -> Iterator[VaultServer]:
    with VaultServer() as server:
        server.replies["/v1/secret/data/foo/bar"] = _reply({"data": {"data": dict(PAYLOAD), "metadata": {}}})
        server.replies["/v1/old/foo"] = _reply({"data": dict(PAYLOAD)})
        yield server


def asking(server: VaultServer, load: Load, *, stop: Stop | None = None, **configuration: Json) -> Vault:
    configured: dict[str, Json] = {"vault_addr": server.url("").rstrip("/"), **configuration}
    return Vault(configured, {}, stop or Stop(), load=load, seconds=5.0)


def sentence(vault: Vault, **declared: Json) -> str:
    with pytest.raises(NoSecret) as refused:
        vault({"type": "vault", **declared})
    return str(refused.value)


@pytest.mark.parametrize(
    ("declared", "found"),
    [
        ({"path": "foo/bar"}, PAYLOAD),
        ({"path": "/foo/bar/"}, PAYLOAD),
        ({"path": "foo/bar", "key": "password"}, CANARY),
    ],
)
def test_a_path_is_its_whole_payload_and_a_key_one_value_of_it(
    server: VaultServer, load: Load, declared: dict[str, Json], found: Json
) -> None:
    assert asking(server, load, vault_token=TOKEN)(declared) == found


@pytest.mark.parametrize("version", ["1", 1])
def test_the_first_version_of_the_store_has_other_paths(
    server: VaultServer, load: Load, version: Json
) -> None:
    vault = asking(server, load, vault_token=TOKEN, vault_kv_version=version, vault_secrets_mount_point="old")
    assert vault({"path": "foo"}) == PAYLOAD


def test_an_approle_logs_in_once_for_all_secrets(server: VaultServer, load: Load) -> None:
    vault = asking(server, load, vault_role_id="r", vault_role_secret="s")
    assert vault({"path": "foo/bar", "key": "login"}) == "jane"
    assert vault({"path": "foo/bar", "key": "password"}) == CANARY
    assert [each.path for each in server.asked].count("/v1/auth/approle/login") == 1


def test_a_service_account_logs_in_with_its_token(server: VaultServer, load: Load, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("account")
    configuration: dict[str, Json] = {
        "vault_addr": server.url("").rstrip("/"),
        "vault_sa_role": "chaos",
        "vault_sa_token_path": str(tmp_path / "token"),
        "vault_k8s_mount_point": "cluster-a",
    }
    vault = Vault(configuration, {}, Stop(), absolute_files=True, load=load)
    assert vault({"path": "foo/bar"}) == PAYLOAD
    assert server.asked[0].path == "/v1/auth/cluster-a/login"


def test_only_a_laptop_sends_a_file_of_its_own_to_vault(server: VaultServer, load: Load) -> None:
    said = sentence(
        asking(server, load, vault_sa_role="chaos", vault_sa_token_path="/etc/passwd"), path="foo/bar"
    )
    assert said.startswith("vault_sa_token_path /etc/passwd is not allowed here")
    assert server.asked == []


def test_the_environment_has_the_address_and_the_token_that_the_file_has_not(
    server: VaultServer, load: Load
) -> None:
    environment = {"VAULT_ADDR": server.url("").rstrip("/"), "VAULT_TOKEN": TOKEN}
    assert Vault({}, environment, Stop(), load=load)({"path": "foo/bar"}) == PAYLOAD


def test_what_vault_refuses_is_one_sentence_without_the_token(server: VaultServer, load: Load) -> None:
    wrong = "wr0ng-token"
    said = sentence(asking(server, load, vault_token=wrong), path="foo/bar")
    assert said.startswith(f"Vault at 127.0.0.1:{server.port} refused: ")
    assert "permission denied" in said
    assert wrong not in said
    said = sentence(asking(server, load, vault_role_id="r", vault_role_secret="x-wrong"), path="foo/bar")
    assert "invalid role" in said
    assert "x-wrong" not in said


def test_what_is_not_there_is_one_sentence(server: VaultServer, load: Load) -> None:
    vault = asking(server, load, vault_token=TOKEN)
    assert sentence(vault, path="no/where") == f"Vault at 127.0.0.1:{server.port} has no secret at no/where"
    assert sentence(vault, path="foo/bar", key="pass") == "Vault has no key 'pass' at foo/bar"


@pytest.mark.parametrize("path", [None, "", "/", 5, "foo/../../sys/health", ".."])
def test_a_path_that_is_none_asks_nobody(server: VaultServer, load: Load, path: Json) -> None:
    said = sentence(asking(server, load, vault_token=TOKEN), path=path)
    assert said == "expected 'path' as text, the way to a secret in Vault"
    assert server.asked == []


def test_whoever_does_not_answer_is_asked_once(load: Load) -> None:
    with LocalServer() as slow:
        slow.replies["/v1/secret/data/slow"] = Reply(hold=threading.Event())
        configuration: dict[str, Json] = {"vault_addr": slow.url("").rstrip("/"), "vault_token": TOKEN}
        vault = Vault(configuration, {}, Stop(), load=load, seconds=0.2)
        first = sentence(vault, path="slow")
        assert first == f"Vault at 127.0.0.1:{slow.port}: no answer within 0.2 s"
        assert sentence(vault, path="foo/bar") == first
        assert len(slow.asked) <= 1


def test_nobody_at_the_address_is_one_sentence(load: Load) -> None:
    with VaultServer() as gone:
        address = gone.url("").rstrip("/")
    vault = Vault({"vault_addr": address, "vault_token": TOKEN}, {}, Stop(), load=load, seconds=5.0)
    said = sentence(vault, path="foo/bar")
    assert said.startswith(f"Vault at {address.removeprefix('http://')} cannot be asked: ")


def test_a_stop_ends_the_waiting_at_once(load: Load) -> None:
    stop = Stop()

    class Slow(LocalServer):
        def answer(self, asked: Asked) -> Reply:
            stop.request("told")
            return super().answer(asked)

    with Slow() as slow:
        slow.replies["/v1/secret/data/foo"] = Reply(hold=threading.Event())
        configuration: dict[str, Json] = {"vault_addr": slow.url("").rstrip("/"), "vault_token": TOKEN}
        vault = Vault(configuration, {}, stop, load=load, seconds=60.0)
        with pytest.raises(Interrupted, match="told"):
            vault({"path": "foo"})


@pytest.mark.parametrize(
    ("configuration", "said"),
    [
        ({}, "expected vault_addr in the configuration, a URL like https://vault:8200"),
        (
            {"vault_addr": "vault:8200"},
            "expected vault_addr in the configuration, a URL like https://vault:8200",
        ),
        (
            {"vault_addr": "http://127.0.0.1:1"},
            "no way to log in to Vault; the configuration needs vault_token, vault_role_id with "
            "vault_role_secret, or vault_sa_role",
        ),
    ],
)
def test_a_configuration_that_leads_to_no_vault_is_one_sentence(
    load: Load, configuration: dict[str, Json], said: str
) -> None:
    assert sentence(Vault(configuration, {}, Stop(), load=load), path="p") == said


def test_a_policy_judges_the_address(server: VaultServer, load: Load) -> None:
    configuration: dict[str, Json] = {"vault_addr": server.url(""), "vault_token": TOKEN}
    vault = Vault(configuration, {}, Stop(), allows=lambda url: "inside" in url, load=load)
    said = f"the policy of this worker does not allow requests to Vault at 127.0.0.1:{server.port}"
    assert sentence(vault, path="foo/bar") == said
    assert server.asked == []


def test_without_the_extra_it_says_how_to_install_it() -> None:
    def missing(name: str) -> ModuleType:
        raise ModuleNotFoundError(name)

    vault = Vault({"vault_addr": "http://127.0.0.1:1", "vault_token": TOKEN}, {}, Stop(), load=missing)
    assert sentence(vault, path="p") == "Vault needs the extra `vault`: pip install 'cowbane[vault]'"


def test_secrets_and_credentials_of_vault_are_masked(server: VaultServer, load: Load) -> None:
    configuration: dict[str, Json] = {"vault_token": TOKEN, "other": "seen"}
    declared: dict[str, Json] = {
        "all": {"type": "vault", "path": "foo/bar"},
        "deep": {"er": {"type": "vault", "path": "foo/bar", "key": "password"}},
        "gone": {"type": "vault", "path": "gone"},
    }
    secrets, problems = resolve_secrets(declared, {}, vault=asking(server, load, vault_token=TOKEN))
    assert problems == [f"secrets.gone: Vault at 127.0.0.1:{server.port} has no secret at gone"]
    assert secrets.group(("all", "deep")) == {**PAYLOAD, "er": CANARY}
    redactor = Redactor([*secrets.values(), *credentials(configuration)])
    assert redactor.text(f"{CANARY} {TOKEN} seen") == "*** *** seen"
