"""The kinds of object that the simulated cluster keeps, as one closed table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

#: One Kubernetes object, or a part of one, as it comes from JSON.
Json: TypeAlias = dict[str, Any]

ISTIO = ("networking.istio.io", ("v1", "v1beta1", "v1alpha3"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What the API says about one kind of object; the first version is the preferred one."""

    group: str
    versions: tuple[str, ...]
    plural: str
    name: str
    #: What people type for it.
    short: str
    namespaced: bool = True
    #: Defined by a CustomResourceDefinition: stricter on PUT, and list items keep their kind.
    custom: bool = False
    #: Carries `metadata.generation`, which counts changes of everything but metadata and status.
    counted: bool = True
    #: Fields besides metadata.name and metadata.namespace that a field selector may name.
    selectable: tuple[str, ...] = ()

    @property
    def resource(self) -> str:
        """`deployments.apps`, as error texts name it."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    def api_version(self, version: str = "") -> str:
        """`apps/v1`; the preferred version unless told."""
        return "/".join(part for part in (self.group, version or self.versions[0]) if part)

    def serves(self, api_version: str) -> bool:
        """True for an apiVersion under which this kind is served."""
        return any(api_version == self.api_version(version) for version in self.versions)


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """Where one object is: at most one object is at an address at any time."""

    resource: str
    namespace: str
    name: str


def _istio(plural: str, name: str, short: str) -> Kind:
    group, versions = ISTIO
    return Kind(group=group, versions=versions, plural=plural, name=name, short=short, custom=True)


def _apps(plural: str, name: str, short: str) -> Kind:
    return Kind(group="apps", versions=("v1",), plural=plural, name=name, short=short)


def _core(
    plural: str, name: str, short: str, *, namespaced: bool = True, selectable: tuple[str, ...] = ()
) -> Kind:
    return Kind(
        group="",
        versions=("v1",),
        plural=plural,
        name=name,
        short=short,
        namespaced=namespaced,
        counted=plural == "pods",
        selectable=selectable,
    )


NAMESPACES = _core("namespaces", "Namespace", "ns", namespaced=False, selectable=("status.phase",))
NODES = _core("nodes", "Node", "no", namespaced=False)
PODS = _core(
    "pods",
    "Pod",
    "po",
    selectable=(
        "spec.nodeName",
        "spec.restartPolicy",
        "spec.serviceAccountName",
        "status.phase",
        "status.podIP",
    ),
)
DEPLOYMENTS = _apps("deployments", "Deployment", "deploy")
REPLICA_SETS = _apps("replicasets", "ReplicaSet", "rs")

KINDS: tuple[Kind, ...] = (
    NAMESPACES,
    NODES,
    PODS,
    _core("services", "Service", "svc"),
    _core("configmaps", "ConfigMap", "cm"),
    DEPLOYMENTS,
    REPLICA_SETS,
    _apps("statefulsets", "StatefulSet", "sts"),
    _apps("daemonsets", "DaemonSet", "ds"),
    Kind(
        group="policy",
        versions=("v1",),
        plural="poddisruptionbudgets",
        name="PodDisruptionBudget",
        short="pdb",
    ),
    Kind(
        group="autoscaling",
        versions=("v2",),
        plural="horizontalpodautoscalers",
        name="HorizontalPodAutoscaler",
        short="hpa",
        counted=False,
    ),
    _istio("virtualservices", "VirtualService", "vs"),
    _istio("destinationrules", "DestinationRule", "dr"),
)

BY_RESOURCE: Mapping[str, Kind] = {kind.resource: kind for kind in KINDS}


def kind_at(api_version: str, plural: str) -> Kind | None:
    """The kind served under `apps/v1` and `deployments`; None when nothing is."""
    return next((kind for kind in KINDS if kind.plural == plural and kind.serves(api_version)), None)


def kind_of(body: Json) -> Kind | None:
    """The kind that an object's own apiVersion and kind name; None when it is none of ours."""
    named = (kind for kind in KINDS if kind.name == body.get("kind"))
    return next((kind for kind in named if kind.serves(str(body.get("apiVersion")))), None)


def address_of(kind: Kind, body: Json) -> Address:
    """The address that an object's own metadata gives it."""
    meta: dict[str, Any] = body.get("metadata") or {}
    return Address(kind.resource, str(meta.get("namespace") or ""), str(meta.get("name") or ""))
