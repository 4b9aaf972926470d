"""What the API server insists on and fills in before it stores an object."""

from __future__ import annotations

import copy
import json
import re

from experiments.rehearsal.kinds import DEPLOYMENTS, NAMESPACES, PODS, REPLICA_SETS, Address, Json, Kind
from experiments.rehearsal.merge import overlay
from experiments.rehearsal.selectors import label_selector
from experiments.rehearsal.status import (
    bad_request,
    conflict,
    internal,
    invalid,
    precondition_failed,
    unprocessable,
)
from experiments.shapes import is_dict, is_list

POD_DEFAULTS: Json = {"restartPolicy": "Always", "terminationGracePeriodSeconds": 30}
REPLICATED = ("deployments.apps", "replicasets.apps", "statefulsets.apps")

#: Only the server writes these; what a client says about them on an update is not heard.
SERVER_OWNED = (
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "selfLink",
)
VANISH_WHEN_EMPTY = ("annotations", "finalizers", "labels", "managedFields", "ownerReferences")
REQUIRED = "FieldValueRequired"
NOT_STRINGS = "labels and annotations map strings to strings"
DNS_NAME = re.compile(r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?")


def as_created(kind: Kind, namespace: str, body: Json) -> Json:
    """A body sent for creation: filled in, in its namespace, with no word on what only the server knows."""
    meta = _metadata(body)
    if meta.get("resourceVersion"):
        raise internal("resourceVersion should not be set on objects to be created")
    if meta.get("namespace", namespace) != namespace:
        raise bad_request(
            "the namespace of the provided object does not match the namespace sent on the request"
        )
    if not _words_are_strings(meta):
        raise bad_request(NOT_STRINGS)
    placed = {"namespace": namespace} if namespace else {}
    foreign = (*SERVER_OWNED, "managedFields", "uid")
    kept = {key: value for key, value in meta.items() if key not in foreign}
    new: Json = {**copy.deepcopy(body), "metadata": copy.deepcopy({**kept, **placed})}
    new.pop("status", None)
    return stored_form(kind, overlay({**new, **_first_status(kind)}, _given(kind, meta)))


def as_updated(address: Address, kind: Kind, live: Json, new: Json) -> Json:
    """A new state of `live`, refused when it rests on an older one or names another object."""
    then, now = live["metadata"], _metadata(new)
    if now.get("name", then["name"]) != then["name"]:
        raise bad_request(
            f"the name of the object ({now['name']}) does not match the name on the URL ({then['name']})"
        )
    if now.get("namespace", address.namespace) != address.namespace:
        raise bad_request(
            "the namespace of the provided object does not match the namespace sent on the request"
        )
    if now.get("resourceVersion") not in (None, "", then["resourceVersion"]):
        raise conflict(address)
    if now.get("uid") not in (None, "", then["uid"]):
        raise invalid(address, "metadata.uid", f'Invalid value: "{now["uid"]}": field is immutable')
    if not _words_are_strings(now):
        raise unprocessable(NOT_STRINGS)
    server_owned = (*SERVER_OWNED, "name", "namespace", "resourceVersion", "uid")
    fixed = {key: then[key] for key in server_owned if key in then}
    free = {key: value for key, value in now.items() if key not in server_owned}
    status = {"status": live["status"]} if "status" in live else {}
    said = {key: value for key, value in new.items() if key != "status"}
    return stored_form(kind, {**said, "metadata": {**free, **fixed}, **status})


def check(address: Address, body: Json) -> None:
    """Refuse what the real server would never store, and nothing here could live with."""
    if not DNS_NAME.fullmatch(address.name):
        problem = f'Invalid value: "{address.name}": must be a lowercase RFC 1123 subdomain'
        raise invalid(address, "metadata.name", problem)
    if not all(is_dict(each) and each.get("uid") for each in _owners(body)):
        raise invalid(address, "metadata.ownerReferences.uid", "Required value", REQUIRED)
    spec = _object(address, "spec", body.get("spec"))
    if address.resource in (DEPLOYMENTS.resource, REPLICA_SETS.resource):
        _check_workload(address, spec)
    if address.resource == PODS.resource:
        _check_containers(address, "spec", spec)


def version_of(body: Json) -> str:
    """The version that a body says it rests on, if any."""
    return str(_metadata(body).get("resourceVersion") or "")


def check_preconditions(address: Address, live: Json, *, uid: str, version: str) -> None:
    """Refuse to delete another object, or another state of it, than the client named."""
    meta = live["metadata"]
    if uid and uid != meta["uid"]:
        since = "The object might have been deleted and then recreated"
        raise precondition_failed(address, "UID", uid, meta["uid"], since)
    if version and version != meta["resourceVersion"]:
        since = "The object might have been modified"
        raise precondition_failed(address, "ResourceVersion", version, meta["resourceVersion"], since)


def grace_period(address: Address, live: Json) -> int:
    """Seconds to stop in: only a pod that a node may be running is given any."""
    if address.resource != PODS.resource or "nodeName" not in live["spec"]:
        return 0
    return int(live["spec"]["terminationGracePeriodSeconds"])


def stored_form(kind: Kind, body: Json) -> Json:
    """The one form in which an object is stored: defaults filled in, empty maps of the metadata gone."""
    meta = {key: value for key, value in _metadata(body).items() if value or key not in VANISH_WHEN_EMPTY}
    versioned = {"apiVersion": kind.api_version(), "kind": kind.name}
    return {**overlay(_defaults(kind), body), **versioned, "metadata": meta}


def _check_workload(address: Address, spec: Json) -> None:
    replicas = spec["replicas"]
    if not isinstance(replicas, int) or replicas < 0:
        problem = f"Invalid value: {replicas}: must be greater than or equal to 0"
        raise invalid(address, "spec.replicas", problem)
    template = _object(address, "spec.template", spec.get("template"))
    labels = _object(address, "spec.template.metadata", template.get("metadata"))
    chosen = label_selector(_object(address, "spec.selector", spec.get("selector")))
    if not chosen:
        raise invalid(address, "spec.selector", "Required value", REQUIRED)
    if not chosen.matches({"metadata": labels}):
        shown = json.dumps(labels.get("labels"), separators=(",", ":"))
        problem = f"Invalid value: {shown}: `selector` does not match template `labels`"
        raise invalid(address, "spec.template.metadata.labels", problem)
    _check_containers(
        address, "spec.template.spec", _object(address, "spec.template.spec", template.get("spec"))
    )


def _check_containers(address: Address, field: str, spec: Json) -> None:
    containers = spec.get("containers")
    if not is_list(containers) or not containers:
        raise invalid(address, f"{field}.containers", "Required value", REQUIRED)
    for number, container in enumerate(containers):
        if not _object(address, f"{field}.containers[{number}]", container).get("name"):
            raise invalid(address, f"{field}.containers[{number}].name", "Required value", REQUIRED)


def _object(address: Address, field: str, value: object) -> Json:
    if value is None:
        return {}
    if not is_dict(value):
        raise invalid(address, field, f"Invalid value: {json.dumps(value)}: must be an object")
    return value


def _owners(body: Json) -> list[object]:
    owners = body["metadata"].get("ownerReferences", [])
    return owners if is_list(owners) else [owners]


def _defaults(kind: Kind) -> Json:
    if kind is PODS:
        return {"spec": POD_DEFAULTS}
    if kind.resource in REPLICATED:
        return {"spec": {"replicas": 1, "template": {"spec": POD_DEFAULTS}}}
    return {}


def _given(kind: Kind, meta: Json) -> Json:
    """What the server adds to every object of a kind."""
    if kind is not NAMESPACES:
        return {}
    name_label = {"kubernetes.io/metadata.name": meta.get("name", "")}
    return {"metadata": {"labels": name_label}, "spec": {"finalizers": ["kubernetes"]}}


def _first_status(kind: Kind) -> Json:
    phases = {NAMESPACES.resource: "Active", PODS.resource: "Pending"}
    return {"status": {"phase": phases[kind.resource]}} if kind.resource in phases else {}


def _metadata(body: Json) -> Json:
    meta: object = body.get("metadata") or {}
    if not is_dict(meta):
        raise bad_request("metadata must be an object")
    return meta


def _words_are_strings(meta: Json) -> bool:
    maps: list[object] = [meta.get(key) or {} for key in ("labels", "annotations")]
    return all(is_dict(each) and all(isinstance(word, str) for word in each.values()) for each in maps)
