"""A worker's account is seen as the API server sees it, and nothing starts with one that is a danger."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from account import GROUP, Account
from controlplane.rig import ControlPlane
from reviewing_server import ReviewingServer

from experiments.kubernetes.gateway import Gateway
from experiments.kubernetes.grants import Grant
from workers.account.comparison import Grants
from workers.account.inspection import ASK_AGAIN_SECONDS, Inspection
from workers.settings import SettingsError

LIST, DELETE = Grant("", "pods", "list"), Grant("", "pods", "delete")
NEEDS = frozenset({LIST, DELETE})
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


@pytest.fixture
def account(controlplane: ControlPlane) -> Account:
    return Account(controlplane, controlplane.namespace("home"), controlplane.namespace("target"))


def test_an_account_with_exactly_its_rights_is_fit(
    account: Account, caplog: pytest.LogCaptureFixture
) -> None:
    account.may(LIST, DELETE)
    admit(account.kubeconfig, {account.target: NEEDS})
    assert caplog.messages == []


@pytest.mark.parametrize("production", [True, False])
def test_one_that_lacks_a_right_starts_and_is_warned_of(
    account: Account, production: bool, caplog: pytest.LogCaptureFixture
) -> None:
    account.may(LIST)
    said = (
        f"account system:serviceaccount:{account.home}:default lacks what its queue needs:"
        f" in {account.target}: delete pods"
    )
    admit(account.kubeconfig, {account.target: NEEDS}, production=production)
    assert [each.startswith(said) for each in caplog.messages] == [True]


def test_a_namespace_that_is_gone_keeps_no_worker_from_the_others(
    account: Account, caplog: pytest.LogCaptureFixture
) -> None:
    account.may(LIST, DELETE)
    admit(account.kubeconfig, {account.target: NEEDS, "gone": frozenset({LIST})})
    (warning,) = caplog.messages
    assert "lacks what its queue needs: in gone: list pods" in warning


def test_one_that_has_more_than_it_needs_starts_and_is_warned_of(
    account: Account, caplog: pytest.LogCaptureFixture
) -> None:
    account.may(LIST, DELETE, Grant("", "pods", "watch"))
    admit(account.kubeconfig, {account.target: NEEDS})
    (warning,) = caplog.messages
    assert f"has more than its queue needs: in {account.target}: watch pods" in warning


@pytest.mark.parametrize("production", [True, False])
@pytest.mark.parametrize(
    "danger",
    [
        Grant("", "secrets", "get"),
        Grant("", "secrets", "patch"),
        Grant("", "pods", "create"),
        Grant("apps", "deployments", "patch"),
        Grant("batch", "cronjobs", "update"),
        Grant("", "pods/exec", "create"),
        Grant("", "serviceaccounts/token", "create"),
        Grant(GROUP, "roles", "escalate"),
        Grant(GROUP, "rolebindings", "create"),
    ],
    ids=str,
)
def test_a_right_that_leads_to_more_refuses_also_on_a_laptop(
    account: Account, danger: Grant, production: bool
) -> None:
    account.may(LIST, DELETE, danger)
    with pytest.raises(SettingsError, match=f"its rights file does not list it: in {account.target}: "):
        admit(account.kubeconfig, {account.target: NEEDS}, production=production)
    admit(account.kubeconfig, {account.target: frozenset({LIST, DELETE, danger})}, production=production)


@pytest.mark.parametrize(
    ("wildcard", "said"),
    [
        (ALL, "everything, as cluster-admin"),
        (Grant("", "pods", "*"), r"\* pods"),
        (Grant("", "*", "get"), r"get \*"),
        (Grant("*", "pods", "get"), r"get pods\.\*"),
    ],
    ids=str,
)
def test_a_wildcard_refuses_also_where_the_rights_file_lists_it(
    account: Account, wildcard: Grant, said: str
) -> None:
    account.may(wildcard)
    with pytest.raises(SettingsError, match=f"no rights file can allow: in {account.target}: {said}"):
        admit(account.kubeconfig, {account.target: frozenset({wildcard})})


def test_the_safe_ways_to_scale_and_to_remove_are_no_danger(
    account: Account, caplog: pytest.LogCaptureFixture
) -> None:
    safe = [Grant("apps", "deployments/scale", "patch"), DELETE, Grant("", "pods/eviction", "create")]
    account.may(*safe)
    admit(account.kubeconfig, {account.target: frozenset()})
    (warning,) = caplog.messages
    assert "has more than its queue needs" in warning


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
    for listed in ({cluster_admin.target: NEEDS}, {cluster_admin.target: frozenset({ALL})}, {}, None):
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
        admit(account.kubeconfig, {account.target: NEEDS})


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
