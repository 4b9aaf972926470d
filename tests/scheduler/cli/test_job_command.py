"""`cowbane job` prints one run as a Job that can do the least, is tried once, and ends as the run does."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from account import grants_of, strictly_applied
from click.testing import CliRunner, Result
from controlplane.client import Object
from controlplane.rig import ControlPlane
from deploy.rendering import pods
from waiting import eventually

from experiments.catalog import catalog
from experiments.kubernetes.grants import Grant
from scheduler.cli.main import main
from scheduler.cli.run import run

NETWORK, KILL = catalog()["network-random"], catalog()["terminate-pod"]
WORKER = pods()["cowbane-worker-go-demo-8"]["spec"]
ISTIO = "networking.istio.io"
#: What the activities of the network's experiment ask for, and the undo.
NETWORKS = {
    Grant("", "pods", "list"),
    Grant("apps", "deployments", "list"),
    *(Grant(ISTIO, "virtualservices", verb) for verb in ("get", "list", "patch")),
}


def job(experiment: object, *options: str) -> Result:
    return CliRunner().invoke(main, ["job", str(experiment), *options])


def printed(experiment: object, *options: str) -> dict[str, Object]:
    """The objects by kind."""
    done = job(experiment, *options)
    assert done.exit_code == 0, done.output
    return {each["kind"]: each for each in yaml.safe_load_all(done.stdout)}


def pod(objects: dict[str, Object]) -> Object:
    spec: Object = objects["Job"]["spec"]["template"]["spec"]
    return spec


def command(experiment: object, *options: str) -> list[str]:
    (container,) = pod(printed(experiment, *options))["containers"]
    words: list[str] = container["command"]
    return words


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """Writes an experiment of one action, with more keys on top."""

    def write(arguments: str = "{ ns: a }", more: str = "", name: str = "it.yaml") -> Path:
        file = tmp_path / name
        file.write_text(
            f"title: t\ndescription: d\n{more}\nmethod:\n  - type: action\n    name: kill\n    provider:\n"
            "      { type: python, module: chaosk8s.pod.actions, func: terminate_pods,"
            f" arguments: {arguments} }}\n"
        )
        return file

    return write


def test_it_is_tried_once_and_ends_soon_after_the_run_must() -> None:
    spec = printed(KILL, "--deadline", "10m")["Job"]["spec"]
    assert spec["backoffLimit"] == 0
    assert spec["podReplacementPolicy"] == "Failed"
    assert spec["template"]["spec"]["restartPolicy"] == "Never"
    assert 600 < spec["activeDeadlineSeconds"] <= 1200
    assert spec["ttlSecondsAfterFinished"] > 0


def test_it_does_what_run_does_with_the_file_as_people_wrote_it() -> None:
    objects = printed(NETWORK, "--var", "percentage:int=30", "--dry", "--deadline", "10m")
    assert objects["ConfigMap"]["data"] == {"network-random.yaml": NETWORK.read_text()}
    (container,) = pod(objects)["containers"]
    assert shlex.join(container["command"]) == (
        "cowbane run /etc/cowbane/experiment/network-random.yaml --journal /var/lib/cowbane/journal.json"
        " --deadline 600s --dry --var percentage:int=30"
    )
    mounts = {each["mountPath"]: each["name"] for each in container["volumeMounts"]}
    volumes = {each["name"]: each for each in pod(objects)["volumes"]}
    assert volumes[mounts["/etc/cowbane/experiment"]]["configMap"] == {"name": "cowbane-network-random"}
    assert "emptyDir" in volumes[mounts["/var/lib/cowbane"]]


def test_run_takes_every_word_of_the_command(tmp_path: Path, written: Callable[..., Path]) -> None:
    words = command(written(more="configuration: { x: a }"), "--var", "x=b", "--dry")
    asked = [str(tmp_path / Path(each).name) if each.startswith("/") else each for each in words[2:]]
    with run.make_context("run", asked) as context:
        assert context.params["dry"] == "mutations"
        assert context.params["vars"] == ("x=b",)
        assert context.params["deadline"] == 1800


@pytest.mark.parametrize("value", ["$(HOME)", "$$", "a$b", "$"])
def test_kubernetes_changes_no_word_of_the_command(written: Callable[..., Path], value: str) -> None:
    words = command(written(more="configuration: { x: a }"), "--var", f"x={value}")
    assert words[-1].replace("$$", "\0").replace("\0", "$") == f"x={value}"
    assert "$" not in words[-1].replace("$$", "")


def test_the_pod_is_locked_as_a_workers_is() -> None:
    mine, (container,), (theirs,) = pod(printed(KILL)), pod(printed(KILL))["containers"], WORKER["containers"]
    for key in (
        "securityContext",
        "automountServiceAccountToken",
        "enableServiceLinks",
        "terminationGracePeriodSeconds",
    ):
        assert mine[key] == WORKER[key], key
    assert container["securityContext"] == theirs["securityContext"]
    tokens = [[each for each in spec["volumes"] if each["name"] == "token"] for spec in (mine, WORKER)]
    assert tokens[0] == tokens[1]
    mounts = [
        [each for each in one["volumeMounts"] if each["name"] == "token"] for one in (container, theirs)
    ]
    assert mounts[0] == mounts[1]
    assert container["resources"]["requests"]["memory"] == container["resources"]["limits"]["memory"]


def test_the_runner_is_never_a_target() -> None:
    labels = printed(KILL)["Job"]["spec"]["template"]["metadata"]["labels"]
    assert labels["app.kubernetes.io/part-of"] == "cowbane"


@pytest.mark.parametrize(
    ("options", "verbs"), [((), ["delete", "get", "list"]), (("--dry",), ["get", "list"])]
)
def test_a_dry_run_needs_no_right_to_change_anything(options: tuple[str, ...], verbs: list[str]) -> None:
    assert printed(KILL, *options)["Role"]["rules"] == [
        {"apiGroups": [""], "resources": ["pods"], "verbs": verbs}
    ]


def test_a_var_decides_where_the_rights_are(written: Callable[..., Path]) -> None:
    file = written('{ ns: "${where}" }', "configuration: { where: a }")
    assert printed(file)["Role"]["metadata"]["namespace"] == "a"
    assert printed(file, "--var", "where=b")["Role"]["metadata"]["namespace"] == "b"


@pytest.mark.parametrize(
    ("name", "called", "key"),
    [
        ("Kill any_pod.yaml", "cowbane-kill-any-pod", "experiment.yaml"),
        ("kill.json.yaml", "cowbane-kill-json", "kill.json.yaml"),
        (f"{'x' * 80}.yaml", f"cowbane-{'x' * 44}", f"{'x' * 80}.yaml"),
    ],
)
def test_a_file_may_be_called_as_it_likes(
    written: Callable[..., Path], name: str, called: str, key: str
) -> None:
    objects = printed(written(name=name))
    assert {each["metadata"]["name"] for each in objects.values()} == {called}
    assert list(objects["ConfigMap"]["data"]) == [key]
    assert command(written(name=name))[2].endswith(f"/{key}")


def test_name_place_and_image_are_the_operators() -> None:
    objects = printed(KILL, "--name", "once", "--namespace", "ops", "--image", "registry/cowbane:7")
    assert {each["metadata"]["name"] for each in objects.values()} == {"once"}
    places = {kind: each["metadata"]["namespace"] for kind, each in objects.items()}
    assert places == {
        **dict.fromkeys(("ConfigMap", "ServiceAccount", "Job"), "ops"),
        **dict.fromkeys(("Role", "RoleBinding"), "go-demo-8"),
    }
    assert pod(objects)["containers"][0]["image"] == "registry/cowbane:7"


ENV = "configuration: { x: { type: env, key: X } }"
SECRET = "secrets: { s: { token: { type: env, key: TOKEN } } }"


@pytest.mark.parametrize("more", [ENV, SECRET])
def test_what_the_pods_environment_would_lack_is_refused_or_comes_from_a_secret(
    written: Callable[..., Path], more: str
) -> None:
    refused = job(written(more=more))
    assert refused.exit_code == 2
    assert "in the pod" in refused.output
    (container,) = pod(printed(written(more=more), "--env-from", "mine"))["containers"]
    assert container["envFrom"] == [{"secretRef": {"name": "mine"}}]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--name", "A"), "--name: expected up to 63 of a-z, 0-9 and -, found 'A'"),
        (("--namespace", "a_b"), "--namespace: expected"),
        (("--var", "x"), "--var x: expected name[:type]=value"),
        (("--var", "y=1"), "configuration has no key 'y' to override"),
        (("--deadline", "soon"), "expected a duration"),
    ],
)
def test_wrong_usage_ends_with_2(written: Callable[..., Path], options: tuple[str, ...], said: str) -> None:
    done = job(written(more="configuration: { x: a }"), *options)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.output


@pytest.mark.parametrize(
    ("text", "said"), [("title: t\n", ":1:1:"), ("a: [", ":1:5:"), ("", "the file is empty")]
)
def test_a_file_that_is_no_experiment_is_refused_as_check_does(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "it.yaml"
    file.write_text(text)
    done = job(file)
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"{file}" in done.stderr
    assert said in done.stderr


def test_the_catalog_becomes_jobs_or_is_refused_in_a_line_for_each_reason() -> None:
    host = ("--var", "ingress_host=shop.example")
    ends = {}
    for name, file in catalog().items():
        done = job(file, *(host if "INGRESS_HOST" in file.read_text() else ()))
        ends[name] = done.exit_code
        if done.exit_code:
            lines = done.stderr.splitlines()
            assert lines
            assert all("not available in this version" in line or "kubectl" in line for line in lines), lines
    refused = {name for name, code in ends.items() if code}
    assert refused - {"network-dos"} == {"node", "node-delete", "node-drain", "node-uncordon"}


@pytest.fixture
def restricted(controlplane: ControlPlane) -> str:
    """A namespace that takes no pod which could do more than it must."""
    name = controlplane.namespace("jobs")
    labels = {f"pod-security.kubernetes.io/{mode}": "restricted" for mode in ("enforce", "warn", "audit")}
    controlplane.apply(
        [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}]
    )
    return name


def test_a_real_api_server_takes_it_and_its_account_can_do_exactly_what_the_run_needs(
    controlplane: ControlPlane, restricted: str, tmp_path: Path
) -> None:
    target = controlplane.namespace("target")
    file = tmp_path / "network.yaml"
    file.write_text(NETWORK.read_text().replace("ns: go-demo-8", f"ns: {target}"))
    objects = printed(file, "--namespace", restricted, "--name", "once")
    for one in objects.values():
        strictly_applied(controlplane.admin, one)
    made = eventually(lambda: controlplane.list("v1", "Pod", restricted, "job-name=once"), within=30)
    assert [each["spec"]["serviceAccountName"] for each in made] == ["once"]
    runner = controlplane.client(controlplane.token(restricted, "once"))
    nobody = controlplane.client(controlplane.token(restricted, "default"))
    eventually(lambda: grants_of(runner, target) - grants_of(nobody, target) == NETWORKS)
    assert grants_of(runner, restricted) == grants_of(nobody, restricted)
