"""The repo and the policy that the manifests bring, read as the pods will read them."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from deploy.rendering import config_map

from experiments.policy import Policy
from scheduler.repo.load import load

ROOT = Path(__file__).parents[2]
POLICY, REPO = config_map("cowbane-policy-go-demo-8"), config_map("cowbane-repo")


def mounted(files: dict[str, str], folder: Path) -> Path:
    """A ConfigMap as the kubelet mounts it: links to a hidden folder that is swapped as a whole."""
    content = folder / "..2026_11_23_10_00_00.1"
    content.mkdir()
    (folder / "..data").symlink_to(content.name)
    for name, text in files.items():
        (content / name).write_text(text)
        (folder / name).symlink_to(f"..data/{name}")
    return folder


def policy() -> Policy:
    found = Policy.read(yaml.safe_load(POLICY["policy.yaml"]))
    assert isinstance(found, Policy), found
    return found


def test_the_repo_loads_from_its_mount_without_a_problem(tmp_path: Path) -> None:
    repo, problems = load(mounted(REPO, tmp_path))
    assert problems == []
    assert repo is not None
    assert set(repo.schedules) == {"kill-any-pod", "disrupt-any-network"}


def test_the_repo_is_unarmed_until_somebody_arms_it(tmp_path: Path) -> None:
    repo, _ = load(mounted(REPO, tmp_path))
    assert repo is not None
    assert not any(schedule.armed for schedule in repo.schedules.values())


def test_the_policy_allows_the_namespaces_of_its_queue_and_our_own_library(tmp_path: Path) -> None:
    repo, _ = load(mounted(REPO, tmp_path))
    assert repo is not None
    assert policy() == Policy(namespaces=repo.queues["go-demo-8"].namespaces)


@pytest.mark.parametrize("name", [name for name in REPO if name.startswith("experiments.")])
def test_an_experiment_is_the_catalogs_word_for_word(name: str) -> None:
    catalog = ROOT / "experiments" / "catalog" / name.removeprefix("experiments.")
    assert REPO[name] == catalog.read_text()
