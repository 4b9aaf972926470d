"""Manifests: Kubernetes objects written as YAML documents."""

from __future__ import annotations

from collections.abc import Iterable

from experiments.rehearsal.kinds import KINDS, NAMESPACES, Json, kind_of
from experiments.shapes import is_dict


class ManifestError(Exception):
    """A manifest cannot be loaded; the text says which, why and what to do."""


def read_manifests(text: str, where: str) -> list[Json]:
    """Every object in a multi-document YAML text, lists taken apart; `where` names the text in errors."""
    found: list[Json] = []
    for number, document in enumerate(_documents(text, where), start=1):
        if document is None:
            continue
        listed = _items(document)
        found += [_checked(each, f"{where}: document {number}") for each in listed]
    return found


def placed(manifests: Iterable[Json], namespace: str) -> list[Json]:
    """The manifests, namespaces first; those without a namespace go to this one, and none is missing."""
    found = [_placed(each, namespace) for each in manifests]
    named = {each["metadata"]["name"] for each in found if kind_of(each) is NAMESPACES}
    needed = {each["metadata"]["namespace"] for each in found if "namespace" in each["metadata"]}
    missing = [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
        for name in sorted(needed - named)
    ]
    return missing + sorted(found, key=lambda each: kind_of(each) is not NAMESPACES)


def _documents(text: str, where: str) -> Iterable[object]:
    import yaml  # slow to import, and most clients send JSON

    try:
        return list(yaml.load_all(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
    except yaml.YAMLError as broken:
        problem = " ".join(str(broken).split())
        raise ManifestError(f"{where}: expected YAML, found {problem}; correct the file") from None


def _items(document: object) -> list[object]:
    if is_dict(document) and document.get("kind") == "List":
        return list(document.get("items") or [])
    return [document]


def _checked(document: object, where: str) -> Json:
    if not is_dict(document) or not is_dict(document.get("metadata")):
        raise ManifestError(
            f"{where}: expected a Kubernetes object with metadata; write one or remove the document"
        )
    if kind_of(document) is None:
        served = ", ".join(sorted(kind.name for kind in KINDS))
        named = f"{document.get('kind')} of {document.get('apiVersion')}"
        raise ManifestError(
            f"{where}: expected one of {served}, found {named}; the simulated cluster has no other"
        )
    return document


def _placed(manifest: Json, namespace: str) -> Json:
    kind = kind_of(manifest)
    if kind is None or not kind.namespaced:
        return manifest
    return {**manifest, "metadata": {"namespace": namespace, **manifest["metadata"]}}
