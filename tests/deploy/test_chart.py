"""The chart: Kubernetes takes whatever it makes, and a wrong value is refused with its place."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from controlplane import build
from controlplane.client import Object
from deploy.schemas import LOCATION, write_schemas

from deploy.chart import CHART, PLAIN, helm, objects, plain, rendered
from experiments.policy import Policy

pytestmark = pytest.mark.controlplane  # for Helm and kubeconform, which are built with it

README = (CHART / "README.md").read_text()
VALUES: Object = yaml.safe_load((CHART / "values.yaml").read_text())
RULES = [{"apiGroups": [""], "resources": ["pods"], "verbs": ["delete", "get", "list"]}]
SHOP: Object = {"queues": {"shop": {"roles": {"shop": RULES, "shop-db": RULES}}}}

#: A way to install it, by what it is for.
WAYS: dict[str, Object] = {
    "a ConfigMap of the operator's": {"repo": {"configMap": "chaos"}, **SHOP},
    "files in the values": {"repo": {"files": {"cowbane.yaml": "version: 1\n"}}, **SHOP},
    "git": {"repo": {"git": {"url": "https://git.example.com/chaos", "tokenSecret": "git"}}, **SHOP},
    "a volume": {"repo": {"volume": {"persistentVolumeClaim": {"claimName": "chaos"}}}, **SHOP},
    "no queue yet": {"repo": {"configMap": "chaos"}},
    "a queue without a cluster": {"repo": {"configMap": "chaos"}, "queues": {"web": {"roles": {}}}},
    "a Redis with TLS": {
        "repo": {"configMap": "chaos"},
        "redis": {
            "url": "rediss://redis.example.com:6380/1",
            "caSecret": "redis-ca",
            "durability": "assumed",
            "existingSecret": "redis",
        },
        "seed": {"existingSecret": "seed"},
        **SHOP,
    },
    "everything else": {
        "name": "storm",
        "repo": {"configMap": "chaos"},
        "image": {"repository": "registry.example.com/cowbane", "tag": "1", "pullSecrets": ["pull"]},
        "queues": {
            "a": {**SHOP["queues"]["shop"], "policy": {"http_hosts": ["x"]}, "concurrency": 2},
            **SHOP["queues"],
        },
        "worker": {"env": {"INGRESS_HOST": "shop.example.com"}, "envFrom": ["tokens"]},
        "beat": {"env": {"HTTPS_PROXY": "http://proxy:3128"}},
        "networkPolicy": {"workers": [{"ports": [{"port": 80}]}], "everyone": []},
        "priorityClass": {"create": False, "name": "high"},
        "nodeSelector": {"pool": "chaos"},
        "tolerations": [{"key": "chaos", "operator": "Exists"}],
        "podAnnotations": {"mesh": "off"},
        "halt": {"enabled": False},
    },
}


def written(folder: Path, values: Object) -> Path:
    file = folder / "values.yaml"
    file.write_text(yaml.safe_dump(values))
    return file


@pytest.fixture(scope="module")
def schemas(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("schemas")
    write_schemas(build.folder() / "openapi.json", folder)
    return folder


def judged(text: str, schemas: Path) -> subprocess.CompletedProcess[str]:
    command = [str(build.folder() / "kubeconform"), "-strict", "-schema-location", str(schemas / LOCATION)]
    return subprocess.run(command, input=text, capture_output=True, text=True)


@pytest.mark.parametrize("way", WAYS)
def test_helm_finds_nothing_to_say_and_every_field_is_one_of_kubernetes(
    tmp_path: Path, schemas: Path, way: str
) -> None:
    values = written(tmp_path, WAYS[way])
    lint = helm("lint", "--strict", "--quiet", str(CHART), "--values", str(values))
    assert lint.returncode == 0, lint.stdout + lint.stderr
    verdict = judged(rendered(values), schemas)
    assert (verdict.returncode, verdict.stdout) == (0, "")


def test_a_field_that_kubernetes_does_not_know_is_found(schemas: Path) -> None:
    verdict = judged(PLAIN.read_text().replace("replicas: 2", "replicaz: 2"), schemas)
    assert verdict.returncode == 1
    assert "'replicaz' not allowed" in verdict.stdout


def test_the_plain_manifests_are_what_the_chart_makes() -> None:
    assert PLAIN.read_text() == plain(), "run `make manifests`"


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("redys.url=x", "additional properties 'redys' not allowed"),
        ("redis.url=redis://:secret@redis:6379", "does not match pattern"),
        ("beat.replicas=0", "minimum: got 0, want 1"),
        ("queues.shop.concurrency=3", "missing property 'roles'"),
        ("halt.wait=soon", "does not match pattern"),
        ("halt.wait=60m", "expected halt.wait shorter than halt.lasts, found 60m and 1h"),
        ("repo.git.url=https://me:secret@git.example.com/chaos", "does not match pattern"),
        (
            "repo.configMap=",
            "expected exactly one of repo.configMap, repo.files, repo.git.url and repo.volume",
        ),
        ("repo.git.url=https://git.example.com/chaos", "found repo.configMap, repo.git.url"),
    ],
)
def test_a_wrong_value_is_refused_with_its_place(setting: str, words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        rendered(settings=["repo.configMap=chaos", setting])


def leaves(value: Any, place: str = "") -> dict[str, Any]:
    """Every knob by its path; an empty mapping is one."""
    if not isinstance(value, dict) or not value or place.endswith("resources"):
        return {place: value}
    inner = (leaves(each, f"{place}.{key}" if place else key) for key, each in value.items())
    return {path: each for found in inner for path, each in found.items()}


@pytest.mark.parametrize("knob", leaves(VALUES))
def test_the_readme_has_every_knob_with_a_reason(knob: str) -> None:
    (row,) = [line for line in README.splitlines() if line.startswith(f"| `{knob}` |")]
    default, reason = (cell.strip() for cell in row.strip("|").split("|")[1:])
    assert default
    assert len(reason) > 10


def named(values: Object, folder: Path, kind: str) -> dict[str, Object]:
    found = objects(rendered(written(folder, values)))
    return {str(one["metadata"]["name"]): one for one in found if one["kind"] == kind}


def test_a_queue_may_be_called_like_a_number_or_a_truth(tmp_path: Path) -> None:
    values = {"repo": {"configMap": "chaos"}, "queues": {"123": {"roles": {"456": RULES, "on": RULES}}}}
    (worker,) = [
        one for name, one in named(values, tmp_path, "Deployment").items() if name == "cowbane-worker-123"
    ]
    (container,) = worker["spec"]["template"]["spec"]["containers"]
    assert "123" in container["command"]
    assert worker["spec"]["selector"]["matchLabels"]["cowbane.dev/queue"] == "123"
    roles = [one for one in objects(rendered(written(tmp_path, values))) if one["kind"] == "Role"]
    assert [one["metadata"]["namespace"] for one in roles] == ["456", "on"]


def test_each_queue_has_an_account_of_its_own_in_each_of_its_namespaces_and_nowhere_else(
    tmp_path: Path,
) -> None:
    text = rendered(written(tmp_path, WAYS["a ConfigMap of the operator's"]))
    roles = [(one["metadata"]["namespace"], one["rules"]) for one in objects(text) if one["kind"] == "Role"]
    assert roles == [("shop", RULES), ("shop-db", RULES)]
    assert "ClusterRole" not in text


def test_the_worker_knows_what_its_account_may_do_and_where(tmp_path: Path) -> None:
    maps = named(WAYS["everything else"], tmp_path, "ConfigMap")
    data = {name: yaml.safe_load(text) for name, text in maps["storm-policy-a"]["data"].items()}
    assert data["policy.yaml"] == {
        "version": 1,
        "namespaces": ["shop", "shop-db"],
        "http_hosts": ["x"],
        "variables": ["CHAOS_*", "INGRESS_HOST"],
    }
    assert isinstance(Policy.read(data["policy.yaml"]), Policy)
    assert data["rights.yaml"] == SHOP["queues"]["shop"]["roles"]


def test_a_redis_of_the_operators_brings_no_server_and_its_ca_reaches_every_part(tmp_path: Path) -> None:
    values = WAYS["a Redis with TLS"]
    assert not named(values, tmp_path, "StatefulSet")
    for part in named(values, tmp_path, "Deployment").values():
        (container,) = part["spec"]["template"]["spec"]["containers"]
        variables = {each["name"]: each.get("value") for each in container["env"]}
        assert variables["COWBANE_REDIS_CA_FILE"] == "/run/secrets/redis/ca.crt"
        assert variables["COWBANE_REDIS_URL"] == "rediss://redis.example.com:6380/1"


def test_every_pod_is_denied_all_traffic_that_no_policy_names(tmp_path: Path) -> None:
    policies = named(WAYS["git"], tmp_path, "NetworkPolicy")
    everyone = policies["cowbane"]["spec"]
    assert everyone["policyTypes"] == ["Ingress", "Egress"]
    assert "ingress" not in everyone
    chosen = everyone["podSelector"]["matchLabels"].items()
    pods = [
        one["spec"]["template"]
        for one in objects(rendered(written(tmp_path, WAYS["git"])))
        if "template" in one.get("spec", {})
    ]
    assert len(pods) == 5
    assert all(chosen <= pod["metadata"]["labels"].items() for pod in pods)


def test_the_volume_goes_with_the_release_and_with_nothing_less(tmp_path: Path) -> None:
    (redis,) = named(WAYS["git"], tmp_path, "StatefulSet").values()
    kept = redis["spec"]["persistentVolumeClaimRetentionPolicy"]
    assert kept == {"whenDeleted": "Delete", "whenScaled": "Retain"}


def test_before_the_release_goes_everything_is_halted_and_undone(tmp_path: Path) -> None:
    (halt,) = named(WAYS["git"], tmp_path, "Job").values()
    assert halt["metadata"]["annotations"]["helm.sh/hook"] == "pre-delete"
    (container,) = halt["spec"]["template"]["spec"]["containers"]
    assert container["command"][:2] == ["cowbane", "halt"]
    assert halt["spec"]["backoffLimit"] == 0
