"""What Cowbane relies on in the Kubernetes API, asserted on the simulated cluster and on the real one alike.

Where the two disagree the real one is right.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import closing
from copy import deepcopy
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path

import pytest
from controlplane.client import APPLY, MERGE, Answer, Client, Object, holds
from controlplane.rig import ControlPlane
from waiting import eventually

from experiments.rehearsal.cluster import SimulatedCluster

ISTIO = "networking.istio.io/v1"
NOBODY = "00000000-0000-4000-8000-000000000000"
STRATEGIC = "application/strategic-merge-patch+json"

ROUTE = {"route": [{"destination": {"host": "web", "subset": "primary"}}]}
ABORTED = {**ROUTE, "fault": {"abort": {"httpStatus": 500, "percentage": {"value": 50}}}}
LABELLED = {"metadata": {"labels": {"touched": "yes"}}}


@dataclass(frozen=True)
class Place:
    """A fresh namespace of one of the two clusters."""

    client: Client
    namespace: str

    @property
    def services(self) -> str:
        """The path of its virtual services."""
        return f"/apis/{ISTIO}/namespaces/{self.namespace}/virtualservices"

    @property
    def pods(self) -> str:
        return f"/api/v1/namespaces/{self.namespace}/pods"

    def virtual_service(self, name: str = "web", **labels: str) -> Object:
        meta = {"name": name, "namespace": self.namespace, "labels": labels or {"app": "web"}}
        spec = {"hosts": ["web"], "http": [deepcopy(ROUTE)]}
        return {"apiVersion": ISTIO, "kind": "VirtualService", "metadata": meta, "spec": spec}

    def patch(self, body: object, manager: str = "cowbane", *, path: str = "", **query: str) -> Answer:
        place = path or f"{self.services}/web"
        return self.client.request("PATCH", place, body, type=MERGE, query={"fieldManager": manager, **query})

    def web(self) -> Object:
        return self.client.get(ISTIO, "VirtualService", "web", self.namespace)


@pytest.fixture(scope="module", params=["simulated", pytest.param("real", marks=pytest.mark.controlplane)])
def places(request: pytest.FixtureRequest) -> Iterator[Callable[[], Place]]:
    """Makes fresh namespaces, of the simulated cluster and of the real one in turn."""
    if request.param == "real":
        plane: ControlPlane = request.getfixturevalue("controlplane")
        yield lambda: Place(plane.admin, plane.namespace("api"))
        return
    quick = timedelta(seconds=0.2)
    with (
        SimulatedCluster(start_up=quick, shut_down=quick) as cluster,
        closing(Client(cluster.url, Path(os.devnull), "")) as client,
    ):
        names = (f"api-{number}" for number in count())
        yield lambda: Place(client, _namespace(client, next(names)))


@pytest.fixture
def place(places: Callable[[], Place]) -> Place:
    return places()


@pytest.fixture
def owned(place: Place) -> Place:
    """A place with the virtual service `web`, applied by its owner."""
    place.client.apply([place.virtual_service()], manager="owner")
    return place


@pytest.mark.parametrize(
    ("patch", "status", "reason", "fields"),
    [
        ({"metadata": {"resourceVersion": "1"}}, 409, "Conflict", set()),
        ({"metadata": {"uid": NOBODY}}, 422, "Invalid", {"metadata.uid"}),
        ({"metadata": {"uid": NOBODY, "resourceVersion": "1"}}, 409, "Conflict", set()),
        ({"metadata": {"name": "other"}}, 400, "BadRequest", set()),
        ({"metadata": {"labels": {"number": 1}}}, 422, "Invalid", {"patch"}),
    ],
)
def test_a_patch_of_something_else_is_refused_and_nothing_is_touched(
    owned: Place, patch: Object, status: int, reason: str, fields: set[str]
) -> None:
    before = owned.web()
    _is_refused(owned.patch(_merged(LABELLED, patch)), status, reason, fields)
    assert owned.web() == before


@pytest.mark.parametrize("precondition", [{"uid": NOBODY}, {"resourceVersion": "1"}])
def test_a_deletion_of_something_else_is_a_conflict_and_nothing_is_deleted(
    owned: Place, precondition: Object
) -> None:
    before = owned.web()
    options = {"preconditions": precondition}
    _is_refused(owned.client.request("DELETE", f"{owned.services}/web", options), 409, "Conflict")
    assert owned.web() == before


def test_a_pod_is_deleted_only_by_its_own_uid(place: Place) -> None:
    pod = place.client.call("POST", place.pods, _pod())
    path = f"{place.pods}/bare"
    refused = place.client.request("DELETE", path, {"preconditions": {"uid": NOBODY}})
    _is_refused(refused, 409, "Conflict")
    _is_refused(place.patch({"metadata": {"uid": NOBODY}}, path=path), 422, "Invalid", {"metadata.uid"})
    uid = pod["metadata"]["uid"]
    deleted = place.client.call("DELETE", path, {"preconditions": {"uid": uid}})
    assert (deleted["kind"], deleted["metadata"]["uid"]) == ("Pod", uid)


@pytest.mark.parametrize("method", ["GET", "PATCH", "PUT", "DELETE"])
def test_what_is_not_there_is_not_found(place: Place, method: str) -> None:
    path = f"{place.services}/web"
    body = {"GET": None, "DELETE": None, "PATCH": {}, "PUT": place.virtual_service()}[method]
    if method == "PUT":
        body = _merged(place.virtual_service(), {"metadata": {"resourceVersion": "1"}})
    answer = place.client.request(method, path, body, type=MERGE if method == "PATCH" else "application/json")
    _is_refused(answer, 404, "NotFound")
    details = {"name": "web", "group": "networking.istio.io", "kind": "virtualservices"}
    assert answer.body["details"] == details


def test_a_namespace_that_is_not_there_holds_nothing_and_takes_nothing(place: Place) -> None:
    path = place.services.replace(place.namespace, "nowhere")
    assert place.client.call("GET", path)["items"] == []
    body = _merged(place.virtual_service(), {"metadata": {"namespace": "nowhere"}})
    refused = place.client.request("POST", path, body)
    _is_refused(refused, 404, "NotFound")
    assert refused.body["details"]["kind"] == "namespaces"


@pytest.mark.parametrize("path", ["/apis/absent.example/v1/things", f"/apis/{ISTIO}/things", "/absent"])
def test_a_kind_that_nobody_serves_is_not_found(place: Place, path: str) -> None:
    assert place.client.request("GET", path).status == 404


def test_a_name_is_taken_once(owned: Place) -> None:
    _is_refused(owned.client.request("POST", owned.services, owned.virtual_service()), 409, "AlreadyExists")


def test_a_generated_name_begins_with_what_was_asked(place: Place) -> None:
    body = place.virtual_service()
    body["metadata"] = {"generateName": "web-"}
    names = {place.client.call("POST", place.services, body)["metadata"]["name"] for _ in range(3)}
    assert len(names) == 3
    assert all(name.startswith("web-") for name in names)


def test_a_custom_object_is_not_replaced_blindly(owned: Place) -> None:
    path, body = f"{owned.services}/web", owned.virtual_service()
    refused = owned.client.request("PUT", path, body)
    _is_refused(refused, 422, "Invalid", {"metadata.resourceVersion"})
    version = owned.web()["metadata"]["resourceVersion"]
    body["metadata"]["resourceVersion"] = version
    body["spec"]["hosts"] = ["shop"]
    assert owned.client.call("PUT", path, body)["spec"]["hosts"] == ["shop"]
    _is_refused(owned.client.request("PUT", path, body), 409, "Conflict")


def test_a_strategic_merge_of_a_custom_object_is_not_understood(owned: Place) -> None:
    answer = owned.client.request("PATCH", f"{owned.services}/web", {}, type=STRATEGIC)
    _is_refused(answer, 415, "UnsupportedMediaType")


def test_a_merge_patch_removes_with_null_and_replaces_lists_whole(owned: Place) -> None:
    patched = owned.patch({"metadata": {"labels": {"app": None, "a": "b"}}, "spec": {"hosts": ["x", "y"]}})
    assert patched.body["metadata"]["labels"] == {"a": "b"}
    assert patched.body["spec"] == {"hosts": ["x", "y"], "http": [ROUTE]}


def test_labels_and_annotations_vanish_when_emptied(owned: Place) -> None:
    owned.patch({"metadata": {"labels": {"a": "b"}, "annotations": {"c": "d"}}})
    emptied = owned.patch({"metadata": {"labels": {"a": None, "app": None}, "annotations": {"c": None}}})
    assert not {"labels", "annotations"} & emptied.body["metadata"].keys()


def test_a_patch_that_changes_nothing_makes_no_new_version(owned: Place) -> None:
    before = owned.web()
    assert owned.patch({"metadata": {"labels": {"app": "web"}}}).body == before
    assert owned.web() == before


def test_the_generation_counts_changes_of_the_spec_only(owned: Place) -> None:
    assert owned.patch(LABELLED).body["metadata"]["generation"] == 1
    assert owned.patch({"spec": {"hosts": ["x"]}}).body["metadata"]["generation"] == 2


def test_a_dry_run_shows_the_result_and_keeps_nothing(owned: Place) -> None:
    before = owned.web()
    assert owned.patch({"spec": {"hosts": ["x"]}}, dryRun="All").body["spec"]["hosts"] == ["x"]
    assert owned.web() == before


@pytest.mark.parametrize("version", ["v1", "v1beta1", "v1alpha3"])
def test_every_version_shows_the_same_object(owned: Place, version: str) -> None:
    api_version = f"networking.istio.io/{version}"
    path = owned.services.replace(ISTIO, api_version)
    assert owned.client.call("GET", f"{path}/web") == {**owned.web(), "apiVersion": api_version}
    assert [each["apiVersion"] for each in owned.client.call("GET", path)["items"]] == [api_version]


def test_a_merge_patch_takes_the_fields_it_changes(owned: Place) -> None:
    before = _owners(owned.web())
    assert before == {("owner", "Apply"): {"f:labels": {"f:app": {}}, "f:hosts": {}, "f:http": {}}}
    patched = owned.patch(_merged({"spec": {"http": [ABORTED]}}, LABELLED)).body
    assert _owners(patched) == {
        ("owner", "Apply"): {"f:labels": {"f:app": {}}, "f:hosts": {}},
        ("cowbane", "Update"): {"f:labels": {"f:touched": {}}, "f:http": {}},
    }


def test_an_owner_cannot_apply_over_a_fault_but_by_force(owned: Place) -> None:
    owned.patch({"spec": {"http": [ABORTED]}})
    refused = _apply(owned, _rerouted(owned))
    _is_refused(refused, 409, "Conflict", {".spec.http"})
    assert [cause["reason"] for cause in refused.body["details"]["causes"]] == ["FieldManagerConflict"]
    assert 'conflict with "cowbane" using networking.istio.io/v1' in refused.body["message"]
    assert _apply(owned, _rerouted(owned), force="true").status == 200
    assert _owners(owned.web()) == {
        ("owner", "Apply"): {"f:labels": {"f:app": {}}, "f:hosts": {}, "f:http": {}}
    }


def test_restoring_the_value_alone_leaves_the_owner_locked_out(owned: Place) -> None:
    owned.patch({"spec": {"http": [ABORTED]}})
    owned.patch({"spec": {"http": [ROUTE]}})
    _is_refused(_apply(owned, _rerouted(owned)), 409, "Conflict", {".spec.http"})


def test_giving_the_ownership_back_lets_the_owner_apply_again(owned: Place) -> None:
    before = owned.web()
    owned.patch(_merged({"spec": {"http": [ABORTED]}}, LABELLED))
    owned.patch({"spec": {"http": [ROUTE]}, "metadata": {"labels": {"touched": None}}})
    back = owned.patch({"metadata": {"managedFields": before["metadata"]["managedFields"]}}).body
    assert back["metadata"]["managedFields"] == before["metadata"]["managedFields"]
    assert {**back, "metadata": {}} == {**before, "metadata": {}}
    assert _apply(owned, _rerouted(owned)).status == 200


def test_ownership_cannot_be_given_back_in_the_patch_that_changes_the_field(owned: Place) -> None:
    before = owned.web()["metadata"]["managedFields"]
    owned.patch({"spec": {"http": [ABORTED]}})
    answer = owned.patch({"spec": {"http": [ROUTE]}, "metadata": {"managedFields": before}})
    assert _owners(answer.body)["cowbane", "Update"] == {"f:http": {}}


def test_an_empty_list_of_owners_changes_nothing_and_an_empty_owner_forgets_them_all(owned: Place) -> None:
    before = owned.web()
    assert owned.patch({"metadata": {"managedFields": []}}).body == before
    assert "managedFields" not in owned.patch({"metadata": {"managedFields": [{}]}}).body["metadata"]
    assert "managedFields" not in owned.patch(LABELLED).body["metadata"]


def test_what_an_owner_no_longer_applies_goes(owned: Place) -> None:
    body = owned.virtual_service()
    del body["metadata"]["labels"]
    assert "labels" not in _apply(owned, body).body["metadata"]


def test_two_owners_may_agree_and_then_neither_may_differ_alone(owned: Place) -> None:
    assert _apply(owned, owned.virtual_service(), manager="second").status == 200
    _is_refused(_apply(owned, _rerouted(owned), manager="second"), 409, "Conflict", {".spec.http"})
    _is_refused(_apply(owned, _rerouted(owned)), 409, "Conflict", {".spec.http"})


def test_an_owner_has_one_configuration_in_whatever_version(owned: Place) -> None:
    older = {**owned.virtual_service(), "apiVersion": "networking.istio.io/v1beta1"}
    assert owned.client.apply([older], manager="owner")
    managed = owned.web()["metadata"]["managedFields"]
    assert [each["apiVersion"] for each in managed] == ["networking.istio.io/v1beta1"]


def test_an_apply_says_who_applies(owned: Place) -> None:
    answer = owned.client.request("PATCH", f"{owned.services}/web", owned.virtual_service(), type=APPLY)
    _is_refused(answer, 422, "Invalid", {"fieldManager"})


def test_pages_show_every_item_once_and_say_how_many_follow(place: Place) -> None:
    names = _make_five(place)
    first = place.client.call("GET", place.services, limit="2")
    assert first["metadata"]["remainingItemCount"] == 3
    shown = [each["metadata"]["name"] for each in first["items"]]
    page = first
    while page["metadata"].get("continue"):
        page = place.client.call(
            "GET", place.services, limit="2", **{"continue": page["metadata"]["continue"]}
        )
        shown += [each["metadata"]["name"] for each in page["items"]]
        assert page["metadata"]["resourceVersion"] == first["metadata"]["resourceVersion"]
    assert shown == names


def test_a_selected_list_does_not_say_how_many_follow(place: Place) -> None:
    _make_five(place)
    page = place.client.call("GET", place.services, limit="2", labelSelector="number")
    assert len(page["items"]) == 2
    assert page["metadata"]["continue"]
    assert "remainingItemCount" not in page["metadata"]


@pytest.mark.parametrize(
    ("selector", "chosen"),
    [
        ({"labelSelector": "number=1"}, ["web-1"]),
        ({"labelSelector": "number==1"}, ["web-1"]),
        ({"labelSelector": "number!=1"}, ["web-0", "web-2", "web-3", "web-4"]),
        ({"labelSelector": "number in (1, 3)"}, ["web-1", "web-3"]),
        ({"labelSelector": "number notin (1,3),parity"}, ["web-0", "web-2", "web-4"]),
        ({"labelSelector": "number notin (1,3),parity=odd"}, []),
        ({"labelSelector": "absent notin (x)"}, ["web-0", "web-1", "web-2", "web-3", "web-4"]),
        ({"labelSelector": "!number"}, []),
        ({"labelSelector": "number,parity=even"}, ["web-0", "web-2", "web-4"]),
        ({"fieldSelector": "metadata.name=web-2"}, ["web-2"]),
        ({"fieldSelector": "metadata.name!=web-2", "labelSelector": "parity=even"}, ["web-0", "web-4"]),
        ({"fieldSelector": "metadata.namespace=elsewhere"}, []),
    ],
)
def test_selectors_choose(place: Place, selector: dict[str, str], chosen: list[str]) -> None:
    _make_five(place)
    items = place.client.call("GET", place.services, **selector)["items"]
    assert [each["metadata"]["name"] for each in items] == chosen


@pytest.mark.parametrize(
    "query",
    [
        {"labelSelector": "a=b=c"},
        {"labelSelector": "a in b"},
        {"fieldSelector": "spec.hosts=web"},
        {"fieldSelector": "metadata.name"},
        {"continue": "nonsense", "limit": "1"},
    ],
)
def test_a_question_that_makes_no_sense_is_a_bad_request(place: Place, query: dict[str, str]) -> None:
    _is_refused(place.client.request("GET", place.services, query=query), 400, "BadRequest")


def test_metadata_alone_is_shown_to_who_asks_for_it(owned: Place) -> None:
    accept = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
    listed = owned.client.request("GET", owned.services, accept=accept).body
    assert (listed["kind"], listed["apiVersion"]) == ("PartialObjectMetadataList", "meta.k8s.io/v1")
    named = {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1"}
    assert listed["items"] == [{**named, "metadata": owned.web()["metadata"]}]
    accept = accept.replace("List", "")
    one = owned.client.request("GET", f"{owned.services}/web", accept=f"{accept},application/json").body
    assert one == listed["items"][0]


def test_items_of_built_in_kinds_do_not_repeat_their_kind(place: Place) -> None:
    place.client.call("POST", place.pods, _pod())
    place.client.apply([place.virtual_service()])
    pods, services = (place.client.call("GET", path) for path in (place.pods, place.services))
    assert (pods["kind"], services["kind"]) == ("PodList", "VirtualServiceList")
    assert ["kind" in pods["items"][0], "kind" in services["items"][0]] == [False, True]


def test_a_watch_tells_what_happened_since_a_version(owned: Place) -> None:
    since = owned.web()["metadata"]["resourceVersion"]
    owned.patch(LABELLED)
    owned.patch({"metadata": {"labels": {"app": None}}})
    owned.client.delete(ISTIO, "VirtualService", "web", owned.namespace)
    query = {"watch": "true", "resourceVersion": since, "timeoutSeconds": "1"}
    told = _told(owned, query)
    assert [event["type"] for event in told] == ["MODIFIED", "MODIFIED", "DELETED"]
    selected = _told(owned, {**query, "labelSelector": "app=web"})
    assert [event["type"] for event in selected] == ["MODIFIED", "DELETED"]


def test_a_watch_from_nowhere_begins_with_what_is_there(place: Place) -> None:
    _make_five(place)
    told = _told(place, {"watch": "true", "timeoutSeconds": "1"})
    assert [event["type"] for event in told] == ["ADDED"] * 5


def test_a_deleted_pod_is_replaced_by_another_that_becomes_ready(place: Place) -> None:
    place.client.apply([_deployment(place, replicas=2)])
    victim, other = eventually(lambda: _ready(place, 2), within=20, what="two ready pods")
    place.client.delete("v1", "Pod", victim, place.namespace)
    now = eventually(lambda: _ready(place, 2, without=victim), within=20, what="a replacement")
    assert other in now
    status = eventually(lambda: _settled(place, 2), what="the status of the deployment")
    assert (status["replicas"], status["updatedReplicas"], status["availableReplicas"]) == (2, 2, 2)
    assert {c["type"]: c["status"] for c in status["conditions"]} == {
        "Available": "True",
        "Progressing": "True",
    }


def test_a_pod_says_how_it_is_and_whose(place: Place) -> None:
    place.client.apply([_deployment(place, replicas=1)])
    (name,) = eventually(lambda: _ready(place, 1), within=20, what="a ready pod")
    pod = place.client.get("v1", "Pod", name, place.namespace)
    (owner,) = pod["metadata"]["ownerReferences"]
    assert (owner["kind"], owner["controller"]) == ("ReplicaSet", True)
    assert name.startswith(f"{owner['name']}-")
    assert pod["metadata"]["labels"].keys() == {"app", "pod-template-hash"}
    assert pod["status"]["phase"] == "Running"
    for condition in ("PodScheduled", "Initialized", "ContainersReady", "Ready"):
        assert holds(pod, condition)
    on_node = place.client.call("GET", place.pods, fieldSelector=f"spec.nodeName={pod['spec']['nodeName']}")
    running = place.client.call("GET", place.pods, fieldSelector="status.phase=Running")
    assert [each["metadata"]["name"] for each in on_node["items"]] == [name]
    assert [each["metadata"]["name"] for each in running["items"]] == [name]


def test_a_deployment_keeps_as_many_pods_as_it_says(place: Place) -> None:
    place.client.apply([_deployment(place, replicas=1)])
    eventually(lambda: _settled(place, 1), within=20, what="one pod")
    path = f"/apis/apps/v1/namespaces/{place.namespace}/deployments/web"
    for size in (3, 1):
        place.patch({"spec": {"replicas": size}}, path=path)
        eventually(partial(_settled, place, size), within=20, what=f"{size} pods")


def test_a_new_template_makes_new_pods_and_the_old_ones_go(place: Place) -> None:
    place.client.apply([_deployment(place, replicas=2)])
    before = set(eventually(lambda: _ready(place, 2), within=20, what="two ready pods"))
    place.client.apply([_deployment(place, replicas=2, image="web:2")])

    def replaced() -> bool:
        pods = place.client.list("v1", "Pod", place.namespace)
        images = {each["spec"]["containers"][0]["image"] for each in pods}
        return images == {"web:2"} and not before & set(_ready(place, 2))

    eventually(replaced, within=20, what="the new pods")


def test_what_a_deleted_deployment_owned_goes_and_a_bare_pod_stays(place: Place) -> None:
    place.client.apply([_deployment(place, replicas=2)])
    place.client.call("POST", place.pods, _pod())
    eventually(lambda: _settled(place, 2), within=20, what="two pods")
    place.client.delete("apps/v1", "Deployment", "web", place.namespace)

    def only_the_bare_one() -> bool:
        pods = place.client.list("v1", "Pod", place.namespace)
        sets = place.client.list("apps/v1", "ReplicaSet", place.namespace)
        return [each["metadata"]["name"] for each in pods] == ["bare"] and not sets

    eventually(only_the_bare_one, within=20, what="the end of the deployment's pods")


def test_a_deleted_bare_pod_is_not_replaced(place: Place) -> None:
    place.client.call("POST", place.pods, _pod())
    eventually(lambda: _ready(place, 1), within=20, what="the pod")
    place.client.delete("v1", "Pod", "bare", place.namespace)
    eventually(lambda: not place.client.list("v1", "Pod", place.namespace), within=20, what="its end")


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"spec": {"selector": {"matchLabels": {"app": "other"}}}}, {"spec.template.metadata.labels"}),
        ({"metadata": {"name": "No_Name"}}, {"metadata.name"}),
    ],
)
def test_a_deployment_that_could_never_work_is_refused(
    place: Place, change: Object, fields: set[str]
) -> None:
    body = _merged(_deployment(place, replicas=1), change)
    path = f"/apis/apps/v1/namespaces/{place.namespace}/deployments"
    _is_refused(place.client.request("POST", path, body), 422, "Invalid", fields)


def _namespace(client: Client, name: str) -> str:
    client.apply([{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}])
    return name


def _is_refused(answer: Answer, status: int, reason: str, fields: set[str] | None = None) -> None:
    assert (answer.status, answer.body.get("reason"), answer.body["status"]) == (status, reason, "Failure")
    assert answer.body["code"] == status
    assert answer.body["message"]
    causes = answer.body.get("details", {}).get("causes", [])
    assert {cause["field"] for cause in causes} >= (fields or set())
    assert bool(causes) is bool(fields)


def _merged(left: Object, right: Object) -> Object:
    both = {key for key in left.keys() & right.keys() if isinstance(left[key], dict)}
    return {**left, **right, **{key: _merged(left[key], right[key]) for key in both}}


def _owners(body: Object) -> dict[tuple[str, str], Object]:
    """Who owns what of labels and spec; whether a map itself is owned depends on who made it first."""
    found = {}
    for entry in body["metadata"]["managedFields"]:
        fields = {**entry["fieldsV1"].get("f:metadata", {}), **entry["fieldsV1"].get("f:spec", {})}
        found[entry["manager"], entry["operation"]] = fields
    return found


def _apply(place: Place, body: Object, manager: str = "owner", force: str = "false") -> Answer:
    query = {"fieldManager": manager, "force": force}
    return place.client.request("PATCH", f"{place.services}/web", body, type=APPLY, query=query)


def _rerouted(place: Place) -> Object:
    body = place.virtual_service()
    body["spec"]["http"] = [{"route": [{"destination": {"host": "web", "subset": "blue"}}]}]
    return body


def _make_five(place: Place) -> list[str]:
    names = [f"web-{number}" for number in range(5)]
    bodies = [
        place.virtual_service(name, number=str(number), parity="odd" if number % 2 else "even")
        for number, name in enumerate(names)
    ]
    place.client.apply(bodies)
    return names


def _told(place: Place, query: dict[str, str]) -> list[Object]:
    """The events of a watch that ends by itself: more than one, or the answer would be JSON."""
    text = place.client.request("GET", place.services, query=query).body["message"]
    return [json.loads(line) for line in text.splitlines()]


def _pod() -> Object:
    spec = {"containers": [{"name": "bare", "image": "bare:1"}]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "bare"}, "spec": spec}


def _deployment(place: Place, *, replicas: int, image: str = "web:1") -> Object:
    labels = {"app": "web"}
    spec = {"containers": [{"name": "web", "image": image}]}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": place.namespace},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": spec},
        },
    }


def _ready(place: Place, size: int, without: str = "") -> list[str]:
    """The names of the ready pods that stay, if there are so many."""
    pods = place.client.list("v1", "Pod", place.namespace)
    staying = [pod for pod in pods if "deletionTimestamp" not in pod["metadata"] and holds(pod, "Ready")]
    names = [pod["metadata"]["name"] for pod in staying]
    return names if len(names) == size and without not in names else []


def _settled(place: Place, size: int) -> Object:
    """The status of the deployment once it has seen and done what it was told; empty until then."""
    web = place.client.get("apps/v1", "Deployment", "web", place.namespace)
    status: Object = web.get("status", {})
    counts = [status.get(name, 0) for name in ("replicas", "readyReplicas", "updatedReplicas")]
    seen = status.get("observedGeneration") == web["metadata"]["generation"]
    return status if seen and counts == [size] * 3 else {}
