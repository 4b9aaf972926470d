"""`cowbane rbac` prints the least rights, and ends by what they are compared with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from account import grants_of, strictly_applied
from click.testing import CliRunner, Result
from controlplane.client import Object
from controlplane.rig import ControlPlane
from repos import SHOP, shop
from waiting import eventually

from experiments.kubernetes.grants import Grant, granted
from scheduler.cli.main import main

NETWORK = "experiments/network-random.yaml"
DELIVERED = Path(__file__).parents[3] / "deploy" / "kubernetes"
ISTIO = "networking.istio.io"
#: What the shop's schedules need.
SHOPS = {
    *(Grant("", "pods", verb) for verb in ("delete", "get", "list")),
    Grant("apps", "deployments", "list"),
    *(Grant(ISTIO, "virtualservices", verb) for verb in ("get", "list", "patch")),
}


def rbac(repo: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["rbac", str(repo), *options])


def printed(repo: Path, *options: str) -> list[Object]:
    done = rbac(repo, *options)
    assert done.exit_code == 0, done.output
    return list(yaml.safe_load_all(done.stdout))


@pytest.mark.parametrize("output", ["values", "json"])
def test_the_values_are_what_the_chart_takes(output: str) -> None:
    (values,) = printed(SHOP, "--output", output)
    assert list(values) == ["queues"]
    assert {queue: list(settings) for queue, settings in values["queues"].items()} == {"go-demo-8": ["roles"]}
    assert granted(values["queues"]["go-demo-8"]["roles"]["go-demo-8"]) == SHOPS


def test_the_names_are_those_of_the_chart() -> None:
    objects = printed(SHOP, "--name", "chaos", "--namespace", "ops")
    assert [(each["kind"], each["metadata"]["namespace"]) for each in objects] == [
        ("ServiceAccount", "ops"),
        ("Role", "go-demo-8"),
        ("RoleBinding", "go-demo-8"),
    ]
    assert {each["metadata"]["name"] for each in objects} == {"chaos-worker-go-demo-8"}
    assert objects[2]["subjects"] == [
        {"kind": "ServiceAccount", "name": "chaos-worker-go-demo-8", "namespace": "ops"}
    ]


def test_what_only_the_environment_knows_is_warned_of(tmp_path: Path) -> None:
    configuration = "percentage: 50\n  where: { type: env, key: NS }"
    root = shop(
        tmp_path,
        (NETWORK, "percentage: 50", configuration),
        (NETWORK, "ns: go-demo-8 }\n    pauses", 'ns: "${where}" }\n    pauses'),
    )
    done = rbac(root)
    assert done.exit_code == 0
    told = "abort-any-virtual-service: only the environment of the worker knows its namespace"
    assert f"warning: schedule disrupt-any-network: {told}" in done.stderr
    assert f"# MIND: schedule disrupt-any-network: {told}" in done.stdout


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ([("cowbane.yaml", "armed: true", "armd: true")], "cowbane.yaml:3:1: unknown key 'armd'"),
        (
            [("cowbane.yaml", "  go-demo-8: {", "  Go_Demo: {")],
            "no queue 'go-demo-8'",
        ),
        (
            [("cowbane.yaml", "queues:", "queues:\n  Go_Demo: { namespaces: [a], owners: [o] }")],
            "queue 'Go_Demo': expected up to 32 of a-z, 0-9 and -, it becomes part of an account's name",
        ),
    ],
)
def test_a_repo_that_cannot_be_used_ends_with_2(
    tmp_path: Path, changes: list[tuple[str, str, str]], said: str
) -> None:
    done = rbac(shop(tmp_path, *changes))
    assert done.exit_code == 2
    assert said in done.output
    assert done.stdout == ""


@pytest.mark.parametrize("output", ["manifests", "values", "json"])
def test_a_file_that_was_printed_grants_what_the_same_repo_needs(tmp_path: Path, output: str) -> None:
    file = tmp_path / "rights"
    file.write_text(rbac(SHOP, "--output", output).stdout)
    done = rbac(SHOP, "--check", str(file))
    assert (done.exit_code, done.output) == (0, f"{file} grants all that the repo needs.\n")


def test_each_activity_that_needs_more_than_the_file_is_named_with_its_schedule(tmp_path: Path) -> None:
    file = tmp_path / "rights.yaml"
    text = rbac(SHOP, "--output", "values").stdout
    file.write_text(
        text.replace("[delete, get, list]", "[get, list]").replace("[get, list, patch]", "[list]")
    )
    done = rbac(SHOP, "--check", str(file))
    assert done.exit_code == 1
    where, lacking = SHOP / "schedules" / "shop.yaml", f"which {file} does not grant"
    mesh = f"on virtualservices.networking.istio.io in go-demo-8 (queue go-demo-8), {lacking}"
    pods = f"on pods in go-demo-8 (queue go-demo-8), {lacking}"
    assert done.output.splitlines() == [
        f"{where}:10: abort-any-virtual-service of schedule disrupt-any-network needs get, patch {mesh}",
        f"{where}:10: the undo of abort-any-virtual-service of schedule disrupt-any-network needs get, patch"
        f" {mesh}",
        f"{where}:19: terminate-app-pod of schedule surprise-at-night needs delete {pods}",
        f"{where}:2: terminate-any-pod of schedule kill-any-pod needs delete {pods}",
    ]


def test_what_a_file_grants_without_need_is_told_and_no_failure(tmp_path: Path) -> None:
    file = tmp_path / "rights.yaml"
    text = rbac(SHOP, "--output", "values").stdout
    file.write_text(text.replace("[delete, get, list]", "[delete, get, list, watch]"))
    done = rbac(SHOP, "--check", str(file))
    assert (done.exit_code, done.stdout) == (0, f"{file} grants all that the repo needs.\n")
    assert done.stderr == f"{file}: queue go-demo-8 in go-demo-8: nothing needs watch pods\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [", "cannot be read"),
        ("a: b", "expected values of the chart with `queues`, or manifests, found neither"),
        ("- a", "found neither"),
        ("queues: { q: { roles: [] } }", "expected a mapping of namespaces to RBAC rules, found []"),
        (
            "queues: { q: { roles: { a: [{}] } } }",
            "a: expected a rule with apiGroups, resources, verbs as lists",
        ),
        ("queues: { q: { roles: { a: {} } } }", "a: expected a list of RBAC rules, found {}"),
        ("queues: { q: null }", "expected a mapping of namespaces to RBAC rules, found None"),
        (
            "kind: RoleBinding\nmetadata: {}\nsubjects: [{ kind: ServiceAccount, name: cowbane-worker-q }]",
            "no API server would take it: KeyError: 'roleRef'",
        ),
    ],
)
def test_a_file_that_says_nothing_about_rights_ends_with_2(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "rights.yaml"
    file.write_text(text)
    done = rbac(SHOP, "--check", str(file))
    assert done.exit_code == 2
    assert f"{file}: " in done.output
    assert said in done.output


def test_one_question_at_a_time(tmp_path: Path) -> None:
    done = rbac(SHOP, "--diff", "--check", str(SHOP / "cowbane.yaml"))
    assert done.exit_code == 2
    assert "expected one of --diff and --check" in done.output


@pytest.mark.parametrize("file", ["values.yaml", "manifests.yaml"])
def test_what_we_deliver_grants_what_the_delivered_repo_needs(file: str) -> None:
    done = rbac(DELIVERED / "repo", "--check", str(DELIVERED / file))
    assert (done.exit_code, done.stdout) == (0, f"{DELIVERED / file} grants all that the repo needs.\n")


class Place:
    """A repo whose queue acts in a fresh namespace of the real cluster, with accounts in another."""

    def __init__(self, plane: ControlPlane, folder: Path) -> None:
        self.plane = plane
        self.target, self.accounts = plane.namespace("target"), plane.namespace("accounts")
        self.root = shop(folder)
        for file in self.root.rglob("*.yaml"):
            file.write_text(file.read_text().replace("[go-demo-8]", f"[{self.target}]"))
            file.write_text(file.read_text().replace("ns: go-demo-8", f"ns: {self.target}"))

    @property
    def where(self) -> tuple[str, ...]:
        return ("--namespace", self.accounts, "--name", self.accounts)

    @property
    def account(self) -> str:
        return f"{self.accounts}-worker-go-demo-8"

    def install(self) -> None:
        for one in printed(self.root, *self.where):
            strictly_applied(self.plane.admin, one)

    def diff(self, *more: str) -> Result:
        config = ("--kubeconfig", str(self.plane.admin_kubeconfig))
        return rbac(self.root, "--diff", *self.where, *config, *more)


@pytest.fixture
def place(controlplane: ControlPlane, tmp_path: Path) -> Place:
    return Place(controlplane, tmp_path)


def test_the_installed_account_can_do_exactly_what_is_printed(place: Place) -> None:
    place.install()
    worker = place.plane.client(place.plane.token(place.accounts, place.account))
    nobody = place.plane.client(place.plane.token(place.accounts, "default"))
    eventually(lambda: grants_of(worker, place.target) - grants_of(nobody, place.target) == SHOPS)
    assert grants_of(worker, place.accounts) == grants_of(nobody, place.accounts)


def test_what_is_not_installed_is_more_and_what_is_installed_without_need_is_less(place: Place) -> None:
    before = place.diff()
    assert before.exit_code == 1
    assert before.stdout.splitlines() == [
        f"queue go-demo-8 in {place.target}:",
        "  + pods: delete, get, list",
        "  + deployments.apps: list",
        "  + virtualservices.networking.istio.io: get, list, patch",
    ]
    place.install()
    same = place.diff()
    assert (same.exit_code, same.output) == (0, "Each queue has exactly the rights that it needs.\n")
    assert json.loads(place.diff("--output", "json").stdout) == []
    file = place.root / "schedules" / "shop.yaml"
    file.write_text(file.read_text().replace("network-random", "health-instances").replace("with:", "#"))
    after = place.diff()
    assert after.exit_code == 1
    assert after.stdout.splitlines() == [
        f"queue go-demo-8 in {place.target}:",
        "  - virtualservices.networking.istio.io: get, list, patch",
    ]


def test_a_role_of_somebody_else_that_is_bound_to_the_account_is_a_difference(place: Place) -> None:
    place.install()
    group, name = "rbac.authorization.k8s.io", f"{place.accounts}-admin"
    binding = {
        "apiVersion": f"{group}/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": name},
        "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": "cluster-admin"},
        "subjects": [{"kind": "ServiceAccount", "name": place.account, "namespace": place.accounts}],
    }
    place.plane.apply([binding])
    try:
        done = place.diff()
        rows = json.loads(place.diff("--output", "json").stdout)
    finally:
        place.plane.delete(f"{group}/v1", "ClusterRoleBinding", name)
    assert done.exit_code == 1
    assert done.stdout.splitlines() == ["queue go-demo-8 in every namespace:", "  - *.*: *"]
    assert "`cowbane injected` must find nothing" in done.stderr
    every = {"namespace": "*", "group": "*", "resource": "*", "verb": "*", "name": ""}
    assert rows == [{"queue": "go-demo-8", "change": "-", **every}]


def test_whoever_may_not_see_the_rights_is_told_and_gets_no_verdict(place: Place) -> None:
    nobody = place.plane.kubeconfig(place.accounts, "default")
    done = rbac(place.root, "--diff", *place.where, "--kubeconfig", str(nobody))
    assert done.exit_code == 2
    assert "the API server says 403" in done.stderr
