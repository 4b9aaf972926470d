"""Rights told on the command line: what a repo needs beyond a file, and how it differs from a cluster."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

if TYPE_CHECKING:
    from experiments.kubernetes.gateway import Gateway
    from experiments.kubernetes.grants import Grant
    from experiments.kubernetes.objects import Object
    from scheduler.rights.gaps import Difference
    from scheduler.rights.needs import Need, Needs

RBAC = "rbac.authorization.k8s.io/v1"
KINDS = {
    "roles": "Role",
    "rolebindings": "RoleBinding",
    "clusterroles": "ClusterRole",
    "clusterrolebindings": "ClusterRoleBinding",
}


def check(root: Path, needed: Mapping[str, Needs], path: Path, name: str) -> int:
    """Tell each need that the file does not grant, and what it grants without need; the exit code."""
    from experiments.kubernetes.grants import told
    from scheduler.rights.file import Unusable, read
    from scheduler.rights.gaps import differences, excess

    try:
        granted = read(path, name)
    except Unusable as wrong:
        _refuse(str(wrong))
    lacking = excess(needed, granted)
    for line in _lacking(root, lacking):
        click.echo(f"{line}, which {path} does not grant")
    for each in differences(needed, granted):
        if each.less:
            click.echo(
                f"{path}: queue {each.queue} {_place(each)}: nothing needs {told(each.less)}", err=True
            )
    if not lacking:
        click.echo(f"{path} grants all that the repo needs.")
    return 1 if lacking else 0


def diff(needed: Mapping[str, Needs], gateway: Gateway, name: str, namespace: str, output: str) -> int:
    """Tell how the rights in the cluster differ from those needed; the exit code."""
    from experiments.kubernetes.errors import GatewayError
    from scheduler.rights.gaps import differences
    from scheduler.rights.granted import of_objects

    try:
        installed = of_objects(_objects(gateway), name, namespace)
    except GatewayError as failed:
        _refuse(str(failed))
    found = differences(needed, installed)
    if output == "json":
        click.echo(json.dumps([row for each in found for row in _rows(each)], indent=2))
    else:
        _tell(found)
    return 1 if found else 0


def _refuse(sentence: str) -> NoReturn:
    click.echo(f"Error: {sentence}", err=True)
    raise SystemExit(2)


def _lacking(root: Path, needs: Iterable[tuple[str, Need]]) -> list[str]:
    """One line for each activity and resource, at the place of its schedule."""
    from experiments.kubernetes.grants import shown
    from scheduler.rights.text import plain

    verbs: dict[tuple[str, str], list[str]] = {}
    for queue, need in needs:
        who = f"{need.part.value}{plain(need.activity)} of schedule {need.schedule}"
        about = f"on {shown(need.grant.group, need.grant.resource)} in {need.namespace} (queue {queue})"
        verbs.setdefault((f"{root / need.where}: {who} needs", about), []).append(need.grant.verb)
    return [f"{who} {', '.join(found)} {about}" for (who, about), found in sorted(verbs.items())]


def _objects(gateway: Gateway) -> Iterator[Object]:
    """Everything that decides about rights; a list leaves the kind out."""
    for resource, kind in KINDS.items():
        for each in gateway.list(RBAC, resource):
            yield {**each, "kind": kind}


def _tell(found: Iterable[Difference]) -> None:
    """`+` for what is needed and not granted, `-` the other way round."""
    if found:
        click.echo("+ is missing in the cluster, - is more than the repo needs", err=True)
    for each in found:
        click.echo(f"queue {each.queue} {_place(each)}:")
        for sign, grants in (("+", each.more), ("-", each.less)):
            for line in _lines(grants):
                click.echo(f"  {sign} {line}")
    if not found:
        click.echo("Each queue has exactly the rights that it needs.")
    elif any(each.less for each in found):
        click.echo(
            "Before you take rights away, `cowbane injected` must find nothing: an undo needs them.", err=True
        )


def _lines(grants: Iterable[Grant]) -> list[str]:
    """`RESOURCE: VERBS`, in order."""
    from experiments.kubernetes.grants import shown

    verbs: dict[str, list[str]] = {}
    for each in sorted(grants):
        about = shown(each.group, each.resource) + (f" {each.name}" if each.name else "")
        verbs.setdefault(about, []).append(each.verb)
    return [f"{about}: {', '.join(found)}" for about, found in verbs.items()]


def _rows(each: Difference) -> Iterator[dict[str, str]]:
    for change, grants in (("+", each.more), ("-", each.less)):
        for grant in sorted(grants):
            yield {"queue": each.queue, "namespace": each.place or "*", "change": change, **grant._asdict()}


def _place(each: Difference) -> str:
    return f"in {each.place}" if each.place else "in every namespace"
