"""A repo as the ConfigMap that a cluster mounts: flat names, whole files, within Kubernetes' limit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import yaml

from scheduler.repo.files import File

#: Bytes that one object may hold; kube-apiserver refuses more (`MaxSecretSize` in its validation).
LIMIT = 1024 * 1024


class TooLarge(Exception):
    """A repo that no ConfigMap holds; one line that says how far it is over and what is largest."""


def flat(files: Iterable[File]) -> dict[str, str]:
    """The files under the names that the loader reads in a flat folder; raises `TooLarge`."""
    data = {file.name.replace("/", "."): file.path.read_text() for file in files}
    sizes = {name: len(name.encode()) + len(text.encode()) for name, text in data.items()}
    total = sum(sizes.values())
    if total > LIMIT:
        largest = max(sizes, key=lambda name: sizes[name])
        raise TooLarge(
            f"a ConfigMap holds {LIMIT} bytes, this repo has {total}; the largest file is {largest} with "
            f"{sizes[largest]}; take it from git or a volume, or drop experiments that no schedule uses"
        )
    return data


def manifest(data: Mapping[str, str], name: str, namespace: str) -> str:
    """The ConfigMap as YAML, each file as people wrote it."""
    about = {"name": name, "namespace": namespace, "labels": {"app.kubernetes.io/part-of": "cowbane"}}
    document = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": about, "data": dict(data)}
    return yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=2**31)


class _Dumper(yaml.SafeDumper):
    """Text of several lines stands as a block."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)
