"""A worker's account is seen as the API server sees it, and nothing starts with one that is not fit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from account import grants_of
from controlplane.client import Object
from controlplane.rig import ControlPlane
from reviewing_server import ReviewingServer
from waiting import eventually

from experiments.kubernetes.gateway import Gateway
from experiments.kubernetes.grants import Grant, rules
from workers.account.comparison import Grants
from workers.account.inspection import ASK_AGAIN_SECONDS, Inspection
from workers.settings import SettingsError

GROUP = "rbac.authorization.k8s.io"
LIST, DELETE = Grant("", "pods", "list"), Grant("", "pods", "delete")
ALL = Grant("*", "*", "*")


def admit(kubeconfig: Path, listed: Grants | None, *, production: bool = True, **more: Any) -> None:
    """As a worker does it; a pause would be a failure."""
    Inspection(
        **{
            "gateway": Gateway.connect(kubeconfig),
            "listed": listed,
            "namespaces": (),
            "production": production,
            "pause": _never,
            **more,
        }
    ).admit()


def _never(seconds: float) -> None:
    raise AssertionError(f"paused for {seconds} s")


@dataclass
class Account:
    """One of the real cluster, in a namespace of its own, that acts in another."""

    plane: ControlPlane
    home: str
    target: str

    def may(self, *grants: Grant, namespace: str = "") -> None:
        """Give it these rights in a namespace."""
        place = namespace or self.target
        role = {"kind": "Role", "metadata": {"name": "w", "namespace": place}, "rules": rules(grants)}
        self.bind("RoleBinding", {"name": "w", "namespace": place}, "Role", "w", role)
        self.wait_for({*grants}, place)

    def wait_for(self, grants: set[Grant], namespace: str) -> None:
        """The API server hears of a change of rights a moment after it has taken it."""
        client = self.plane.client(self.plane.token(self.home, "default"))
        eventually(lambda: grants <= grants_of(client, namespace))

    def bind(self, kind: str, about: Object, to: str, name: str, *first: Object) -> None:
        reference = {"apiGroup": GROUP, "kind": to, "name": name}
        subject = {"kind": "ServiceAccount", "name": "default", "namespace": self.home}
        binding = {"kind": kind, "metadata": about, "roleRef": reference, "subjects": [subject]}
        self.plane.apply([{"apiVersion": f"{GROUP}/v1", **each} for each in (*first, binding)])

    @property
    def kubeconfig(self) -> Path:
        return self.plane.kubeconfig(self.home, "default")

    @property
    def rights(self) -> Grants:
        """What its file lists."""
        return {self.target: frozenset({LIST, DELETE})}


@pytest.fixture
def account(controlplane: ControlPlane) -> Account:
    return Account(controlplane, controlplane.namespace("home"), controlplane.namespace("target"))


def test_an_account_with_exactly_its_rights_is_fit(
    account: Account, caplog: pytest.LogCaptureFixture
) -> None:
    account.may(LIST, DELETE)
    admit(account.kubeconfig, account.rights)
    assert caplog.messages == []


def test_one_that_lacks_a_right_is_refused_in_production_and_warned_of_on_a_laptop(
    account: Account, caplog: pytest.LogCaptureFixture
) -> None:
    account.may(LIST)
    said = (
        f"account system:serviceaccount:{account.home}:default lacks what its queue needs:"
        f" in {account.target}: delete pods"
    )
    with pytest.raises(SettingsError, match=said):
        admit(account.kubeconfig, account.rights)
    admit(account.kubeconfig, account.rights, production=False)
    assert [each.startswith(said) for each in caplog.messages] == [True]


def test_one_that_has_more_than_it_needs_starts_and_is_warned_of(
    account: Account, caplog: pytest.LogCaptureFixture
) -> None:
    account.may(LIST, DELETE, Grant("", "pods", "watch"))
    admit(account.kubeconfig, account.rights)
    (warning,) = caplog.messages
    assert f"has more than its queue needs: in {account.target}: watch pods" in warning


@pytest.mark.parametrize("production", [True, False])
@pytest.mark.parametrize(
    "danger",
    [
        Grant("", "secrets", "get"),
        Grant("", "pods/exec", "create"),
        Grant("", "serviceaccounts/token", "create"),
        Grant(GROUP, "roles", "escalate"),
        Grant(GROUP, "rolebindings", "create"),
        Grant("", "pods", "*"),
    ],
    ids=str,
)
def test_a_right_that_leads_to_more_refuses_also_on_a_laptop(
    account: Account, danger: Grant, production: bool
) -> None:
    account.may(LIST, DELETE, danger)
    with pytest.raises(SettingsError, match=f"its rights file does not list it: in {account.target}: "):
        admit(account.kubeconfig, account.rights, production=production)
    admit(account.kubeconfig, {account.target: frozenset({LIST, DELETE, danger})}, production=production)


@pytest.fixture
def cluster_admin(account: Account) -> Iterator[Account]:
    about = {"name": account.home}
    account.bind("ClusterRoleBinding", about, "ClusterRole", "cluster-admin")
    account.wait_for({ALL}, account.target)
    yield account
    account.plane.delete(f"{GROUP}/v1", "ClusterRoleBinding", account.home)


def test_cluster_admin_is_found_wherever_it_was_bound(cluster_admin: Account) -> None:
    config = cluster_admin.kubeconfig
    everything = "in every namespace: everything, as cluster-admin"
    for listed in (cluster_admin.rights, {}, None):
        with pytest.raises(SettingsError, match=everything):
            admit(config, listed)
    with pytest.raises(SettingsError, match=everything):
        admit(config, {}, production=False)


def test_the_administrator_of_the_cluster_is_no_account_for_a_worker(controlplane: ControlPlane) -> None:
    with pytest.raises(SettingsError, match="everything, as cluster-admin"):
        admit(controlplane.admin_kubeconfig, None)


def test_what_it_may_do_at_home_counts(account: Account) -> None:
    account.may(LIST, DELETE)
    account.may(Grant("", "secrets", "list"), namespace=account.home)
    with pytest.raises(SettingsError, match=f"in {account.home}: list secrets"):
        admit(account.kubeconfig, account.rights)


def test_without_a_rights_file_the_dangerous_rights_refuse_in_production(account: Account) -> None:
    account.may(Grant("", "secrets", "get"))
    with pytest.raises(SettingsError, match=f"no rights file lists it: in {account.target}: get secrets"):
        admit(account.kubeconfig, None, namespaces=(account.target,))


def test_a_laptop_without_a_rights_file_is_asked_nothing(tmp_path: Path) -> None:
    admit(tmp_path / "nowhere", None, production=False)


def test_a_queue_without_a_cluster_starts_unless_rights_are_listed(tmp_path: Path) -> None:
    nothing: Grants = {}
    for listed in (None, nothing):
        admit(tmp_path / "nowhere", listed)
    with pytest.raises(SettingsError, match="COWBANE_RIGHTS_FILE lists rights: no cluster to talk to"):
        admit(tmp_path / "nowhere", {"shop": frozenset({LIST})})


@pytest.fixture
def server() -> Iterator[ReviewingServer]:
    with ReviewingServer() as server:
        yield server


@pytest.fixture
def kubeconfig(server: ReviewingServer, tmp_path: Path) -> Path:
    return server.kubeconfig(tmp_path)


@pytest.mark.parametrize("status", [503, 500, 429])
def test_an_api_server_that_is_away_is_asked_again_and_said_once(
    server: ReviewingServer, kubeconfig: Path, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    server.away = [status] * 3
    paused: list[float] = []
    server.held = frozenset()
    admit(kubeconfig, {}, pause=paused.append)
    assert paused == [ASK_AGAIN_SECONDS] * 3
    (said,) = caplog.messages
    assert "this worker takes no run until it does" in said


def test_whoever_may_not_even_ask_is_refused(server: ReviewingServer, kubeconfig: Path) -> None:
    server.away = [403]
    with pytest.raises(SettingsError, match=r"nobody says what this worker's account can do: .* 403"):
        admit(kubeconfig, {})


def test_where_a_server_cannot_list_everything_it_is_asked_for_what_matters(
    server: ReviewingServer, kubeconfig: Path
) -> None:
    server.incomplete = True
    server.held, server.may = frozenset({LIST}), frozenset({DELETE})
    listed = {"kube-system": frozenset({LIST, DELETE})}
    admit(kubeconfig, {**listed, "home": frozenset({LIST, DELETE})})
    server.may = frozenset({Grant("", "pods/exec", "create"), DELETE})
    with pytest.raises(SettingsError, match="in every namespace: create pods/exec"):
        admit(kubeconfig, listed)
    server.may = frozenset({ALL})
    with pytest.raises(SettingsError, match="everything, as cluster-admin"):
        admit(kubeconfig, listed)
