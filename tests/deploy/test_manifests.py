"""Laws over the manifests as they are written; `test_on_a_cluster.py` asks a real API server."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest
from click.testing import CliRunner
from controlplane.client import Object
from deploy.rendering import (
    KUBERNETES,
    config_map,
    containers,
    environment,
    manifests,
    name_of,
    of_kind,
    pods,
    secret_names,
)
from e2e.manifests import WORKER_ACCOUNT, worker_rbac

from experiments.kubernetes import marks, virtual_services, workloads
from experiments.kubernetes import pods as pod_activities
from experiments.kubernetes.rights import Right
from scheduler.cli.main import main

ROOT = Path(__file__).parents[2]
WORKER, BEAT, NOTIFIER = "cowbane-worker-go-demo-8", "cowbane-beat", "cowbane-notifier"
#: Whoever holds one of these holds more than it says.
FORBIDDEN = re.compile(
    r"\*|secrets|pods/(exec|attach|portforward|ephemeralcontainers)|nodes/proxy|serviceaccounts/token"
    r"|roles|rolebindings|clusterroles|clusterrolebindings|webhook|admission|deletecollection"
    r"|impersonate|escalate|bind|create|update"
)
TOKEN_LIKE = re.compile(
    r"xox[a-z]-|hooks\.slack\.com/services|gh[pousr]_\w|eyJ[\w-]{8}|BEGIN [A-Z ]*PRIVATE KEY"
    r"|://[^/\s\"$]*:[^/\s\"$]+@|\b[0-9a-f]{32,}\b"
)


def rules() -> Iterator[Object]:
    for role in of_kind("Role"):
        yield from role["rules"]


def granted(right: Right) -> bool:
    """Whether one rule of the Role covers it, for objects of any name."""
    return any(
        right.group in rule["apiGroups"]
        and right.resource in rule["resources"]
        and set(right.verbs) <= set(rule["verbs"])
        and "resourceNames" not in rule
        for rule in rules()
    )


def test_no_right_reaches_beyond_the_namespace_of_the_target() -> None:
    assert not of_kind("ClusterRole", "ClusterRoleBinding")
    places = {one["metadata"]["namespace"] for one in of_kind("Role", "RoleBinding")}
    assert places == {"go-demo-8"}


def test_no_rule_has_a_wildcard_or_a_right_that_leads_to_more() -> None:
    words = [word for rule in rules() for key in ("apiGroups", "resources", "verbs") for word in rule[key]]
    assert words
    assert [word for word in words if FORBIDDEN.search(word)] == []


@pytest.mark.parametrize(
    "rights", [pod_activities.RIGHTS, workloads.RIGHTS, virtual_services.RIGHTS, marks.RIGHTS]
)
def test_the_role_grants_what_the_activities_say_they_need(rights: dict[str, tuple[Right, ...]]) -> None:
    needed = [(activity, right) for activity, each in rights.items() for right in each]
    assert needed
    assert [one for one in needed if not granted(one[1])] == []


def test_the_role_is_what_the_repo_beside_it_needs_and_nothing_more() -> None:
    done = CliRunner().invoke(main, ["rbac", str(KUBERNETES / "repo"), "--output", "json"])
    (roles,) = [queue["roles"] for queue in json.loads(done.output)["queues"].values()]
    assert {one["metadata"]["namespace"]: one["rules"] for one in of_kind("Role")} == roles


def test_only_the_account_of_the_worker_is_bound() -> None:
    bound = [(each["namespace"], each["name"]) for one in of_kind("RoleBinding") for each in one["subjects"]]
    assert bound == [("cowbane", WORKER_ACCOUNT)]
    assert pods()[WORKER]["spec"]["serviceAccountName"] == WORKER_ACCOUNT


def test_no_token_comes_by_itself() -> None:
    assert all(one["automountServiceAccountToken"] is False for one in of_kind("ServiceAccount"))
    assert all(pod["spec"]["automountServiceAccountToken"] is False for pod in pods().values())


def test_only_the_worker_holds_a_token_and_it_expires_within_the_hour() -> None:
    tokens = {
        name: source["serviceAccountToken"]
        for name, pod in pods().items()
        for volume in pod["spec"].get("volumes", ())
        for source in volume.get("projected", {}).get("sources", ())
        if "serviceAccountToken" in source
    }
    assert tokens == {WORKER: {"path": "token", "expirationSeconds": 3600}}


@pytest.mark.parametrize("name", pods())
def test_every_container_can_do_the_least(name: str) -> None:
    pod = pods()[name]["spec"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] > 0
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert not {"hostNetwork", "hostPID", "hostIPC"} & pod.keys()
    for container in containers(pods()[name]):
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert container["resources"]["requests"]["memory"] == container["resources"]["limits"]["memory"]


@pytest.mark.parametrize("name", pods())
def test_our_own_pods_say_that_they_are_ours_and_are_never_a_target(name: str) -> None:
    labels = pods()[name]["metadata"]["labels"]
    assert labels["app.kubernetes.io/name"] == labels["app.kubernetes.io/part-of"] == "cowbane"
    assert labels["app.kubernetes.io/component"]


def test_each_selector_chooses_the_pods_of_one_workload() -> None:
    for one in of_kind("Deployment", "StatefulSet", "PodDisruptionBudget"):
        selector = one["spec"]["selector"]["matchLabels"].items()
        chosen = [name for name, pod in pods().items() if selector <= pod["metadata"]["labels"].items()]
        assert chosen == [name_of(one)]


def test_the_manifests_hold_no_secret_and_nothing_that_looks_like_one() -> None:
    assert not of_kind("Secret")
    texts = {file: file.read_text() for file in sorted(KUBERNETES.rglob("*.yaml"))}
    assert [
        (str(file), TOKEN_LIKE.findall(text)) for file, text in texts.items() if TOKEN_LIKE.search(text)
    ] == []


def test_the_readme_says_how_to_make_each_secret() -> None:
    told = set(re.findall(r"create secret generic (\S+)", (ROOT / "deploy" / "README.md").read_text()))
    assert told == {name for pod in pods().values() for name in secret_names(pod)}


@pytest.mark.parametrize(
    ("name", "user"), [(WORKER, "worker-go-demo-8"), (BEAT, "beat"), (NOTIFIER, "notifier")]
)
def test_each_part_is_a_user_of_redis_whose_password_is_a_file(name: str, user: str) -> None:
    (container,) = containers(pods()[name])
    variables = environment(container)
    assert variables["COWBANE_PRODUCTION"] == "1"
    assert variables["COWBANE_REDIS_URL"] == "redis://cowbane-redis:6379/0"
    assert variables["COWBANE_REDIS_USERNAME"] == user
    assert keys_of("redis", pods()[name]) == {user: "password"}
    assert not [word for word in variables.values() if word.startswith("secret ")]


def keys_of(volume: str, pod: Object) -> dict[str, str]:
    """Which keys of Secrets a projected volume shows under which names."""
    (found,) = [each for each in pod["spec"]["volumes"] if each["name"] == volume]
    sources = [source["secret"] for source in found["projected"]["sources"]]
    return {item["key"]: item["path"] for source in sources for item in source["items"]}


@pytest.mark.parametrize("name", [WORKER, BEAT, NOTIFIER])
def test_every_path_in_the_environment_is_a_file_or_folder_that_is_mounted(name: str) -> None:
    (container,) = containers(pods()[name])
    paths = [value for value in environment(container).values() if value.startswith("/")]
    assert paths
    assert [path for path in paths if not is_mounted(path, pods()[name], container)] == []


def is_mounted(path: str, pod: Object, container: Object) -> bool:
    """True for a mount's own folder and for a file that its volume says it has."""
    volumes = {volume["name"]: volume for volume in pod["spec"]["volumes"]}
    for mount in container["volumeMounts"]:
        where = PurePosixPath(mount["mountPath"])
        if PurePosixPath(path) == where:
            return True
        if PurePosixPath(path).parent == where:
            return PurePosixPath(path).name in files_of(volumes[mount["name"]])
    return False


def files_of(volume: Object) -> set[str]:
    if "configMap" in volume:
        return set(config_map(volume["configMap"]["name"]))
    secrets = [
        volume.get("secret", {}),
        *(one["secret"] for one in volume.get("projected", {}).get("sources", ())),
    ]
    return {item["path"] for secret in secrets for item in secret.get("items", ())}


@pytest.mark.parametrize(("process", "name"), [("worker", WORKER), ("beat", BEAT), ("notifier", NOTIFIER)])
def test_a_container_runs_what_the_procfile_runs(process: str, name: str) -> None:
    lines = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines() if line)
    (container,) = containers(pods()[name])
    assert container["command"] == shlex.split(lines[process].replace("$COWBANE_QUEUES", "go-demo-8"))


def test_two_workers_stand_on_different_nodes_and_have_time_to_undo() -> None:
    (worker,) = [one["spec"] for one in of_kind("Deployment") if name_of(one) == WORKER]
    assert worker["replicas"] == 2
    (spread,) = worker["template"]["spec"]["topologySpreadConstraints"]
    assert (spread["topologyKey"], spread["whenUnsatisfiable"]) == ("kubernetes.io/hostname", "DoNotSchedule")
    assert worker["template"]["spec"]["terminationGracePeriodSeconds"] >= 60


def test_the_target_is_not_ours_to_make_or_to_delete() -> None:
    assert [name_of(one) for one in of_kind("Namespace")] == ["cowbane"]


def test_another_namespace_gets_the_same_rights_and_nothing_else_changes() -> None:
    same = worker_rbac("go-demo-8", "cowbane")
    assert [one for one in manifests() if one in same] == same
    assert len(same) == 3
    moved = str(worker_rbac("target", "accounts"))
    assert moved.replace("'target'", "'go-demo-8'").replace("'accounts'", "'cowbane'") == str(same)
