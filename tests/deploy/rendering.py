"""The manifests as `kubectl apply -k` would send them, and what can be read off them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from controlplane.client import Object

KUBERNETES = Path(__file__).parents[2] / "deploy" / "kubernetes"


def manifests() -> list[Object]:
    """Every object: the listed files and the generated ConfigMaps."""
    kustomization = yaml.safe_load((KUBERNETES / "kustomization.yaml").read_text())
    files = [KUBERNETES / name for name in kustomization["resources"]]
    listed = [one for file in files for one in yaml.safe_load_all(file.read_text()) if one]
    labels = kustomization["generatorOptions"]["labels"]
    return [*listed, *(_config_map(each, labels) for each in kustomization["configMapGenerator"])]


def of_kind(*kinds: str) -> list[Object]:
    """The objects of these kinds."""
    return [one for one in manifests() if one["kind"] in kinds]


def config_map(name: str) -> dict[str, str]:
    """The files in a ConfigMap."""
    data: dict[str, str] = next(one["data"] for one in of_kind("ConfigMap") if name_of(one) == name)
    return data


def pods() -> dict[str, Object]:
    """The pod templates, by the name of what makes them."""
    return {name_of(one): one["spec"]["template"] for one in manifests() if "template" in one.get("spec", {})}


def containers(pod: Object) -> list[Object]:
    """All of them, those that run before the others too."""
    spec = pod["spec"]
    return [*spec.get("initContainers", ()), *spec["containers"]]


def environment(container: Object) -> dict[str, str]:
    """The variables in their order; one that comes from a Secret is `secret NAME/KEY`."""
    return {each["name"]: _value(each) for each in container.get("env", ())}


def secret_names(pod: Object) -> set[str]:
    """Every Secret that the pod reads."""
    mounted = {str(each.get("secretName") or each.get("name")) for each in _parts(pod, "secret")}
    return mounted | {str(each["name"]) for each in _parts(pod, "secretKeyRef")}


def name_of(one: Object) -> str:
    return str(one["metadata"]["name"])


def _config_map(generator: Object, labels: Object) -> Object:
    metadata = {"name": generator["name"], "namespace": generator["namespace"], "labels": labels}
    pairs = [_named(entry) for entry in generator["files"]]
    data = {name: (KUBERNETES / path).read_text() for name, path in pairs}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


def _named(entry: str) -> tuple[str, str]:
    """`key=path`, or a path whose last part is the key."""
    key, equals, path = entry.rpartition("=")
    return (key, path) if equals else (Path(entry).name, entry)


def _value(variable: Object) -> str:
    if "value" in variable:
        return str(variable["value"])
    reference = variable["valueFrom"]["secretKeyRef"]
    return f"secret {reference['name']}/{reference['key']}"


def _parts(value: Any, key: str) -> Iterator[Object]:
    """Every mapping under this key, however deep."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if isinstance(value, dict) and isinstance(value.get(key), dict):
        yield value[key]
    for each in inner:
        yield from _parts(each, key)
