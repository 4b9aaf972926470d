"""The laws of the store that no client can see, or that need time and threads to be told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from datetime import UTC, datetime

import pytest

from experiments.chance import Draw
from experiments.clock import FixedClock
from experiments.rehearsal.history import Change, History
from experiments.rehearsal.kinds import BY_RESOURCE, NAMESPACES, PODS, Address, Json
from experiments.rehearsal.ownership import Writer
from experiments.rehearsal.status import StatusError
from experiments.rehearsal.store import Store

SERVICES = BY_RESOURCE["virtualservices.networking.istio.io"]
WEB = Address(SERVICES.resource, "shop", "web")
OWNER = Writer(manager="owner", api_version="networking.istio.io/v1")
COWBANE = Writer(manager="cowbane", api_version="networking.istio.io/v1")
NOON = datetime(2026, 3, 29, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def store(clock: FixedClock) -> Store:
    """A store with the namespace `shop` and the virtual service `web` in it."""
    store = Store(clock=clock, draw=Draw(b"seed"))
    store.create(NAMESPACES, {"metadata": {"name": "shop"}}, OWNER)
    store.create(SERVICES, _web(), OWNER, namespace="shop")
    return store


def test_versions_are_counted_over_all_objects(store: Store) -> None:
    before = store.version
    store.patch(WEB, {"spec": {"hosts": ["a"]}}, OWNER)
    store.create(SERVICES, {**_web(), "metadata": {"name": "api"}}, OWNER, namespace="shop")
    store.delete(WEB)
    assert store.version == before + 3


def test_uids_depend_on_the_seed_and_never_repeat(clock: FixedClock) -> None:
    def uids(seed: bytes) -> list[str]:
        store = Store(clock=clock, draw=Draw(seed))
        made = [store.create(NAMESPACES, {"metadata": {"generateName": "a-"}}, OWNER) for _ in range(5)]
        return [each["metadata"]["uid"] for each in made]

    assert uids(b"one") == uids(b"one")
    assert not set(uids(b"one")) & set(uids(b"two"))
    assert len(set(uids(b"one"))) == 5


def test_what_was_read_never_changes(store: Store) -> None:
    read = store.get(WEB)
    kept = deepcopy(read)
    store.patch(WEB, {"metadata": {"labels": {"a": "b"}}, "spec": {"hosts": ["x"]}}, COWBANE)
    store.apply(WEB, _web(), OWNER, force=True)
    store.delete(WEB)
    assert read == kept


def test_a_body_may_be_changed_by_its_giver_afterwards(store: Store) -> None:
    body = {**_web(), "metadata": {"name": "api", "labels": {"a": "b"}}}
    store.create(SERVICES, body, OWNER, namespace="shop")
    body["metadata"]["labels"]["a"] = "changed"
    found = store.get(Address(SERVICES.resource, "shop", "api"))
    assert found["metadata"]["labels"] == {"a": "b"}


def test_of_many_who_patch_one_version_one_wins(store: Store) -> None:
    version = store.get(WEB)["metadata"]["resourceVersion"]

    def attempt(number: int) -> int:
        try:
            store.patch(
                WEB, {"metadata": {"resourceVersion": version, "labels": {"n": str(number)}}}, COWBANE
            )
        except StatusError as refused:
            return refused.code
        return 200

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(attempt, range(40)))
    assert answers == [200] + [409] * 39


def test_ownership_is_dated_by_the_clock(store: Store, clock: FixedClock) -> None:
    clock.advance(90)
    patched = store.patch(WEB, {"spec": {"hosts": ["x"]}}, COWBANE)
    times = {each["manager"]: each["time"] for each in patched["metadata"]["managedFields"]}
    assert times == {"owner": "2026-03-29T12:00:00Z", "cowbane": "2026-03-29T12:01:30Z"}


def test_a_finalizer_holds_a_deleted_object_until_it_is_taken_away(store: Store) -> None:
    store.patch(WEB, {"metadata": {"finalizers": ["example.com/hold"]}}, OWNER)
    assert "deletionTimestamp" in store.delete(WEB)["metadata"]
    assert store.find(WEB)
    store.patch(WEB, {"metadata": {"finalizers": []}}, OWNER)
    assert store.find(WEB) is None


def test_a_pod_on_a_node_gets_its_grace_period_and_another_goes_at_once(store: Store) -> None:
    for name, node in (("placed", {"nodeName": "node-1"}), ("waiting", {})):
        spec = {"containers": [{"name": "c"}], "terminationGracePeriodSeconds": 7, **node}
        store.create(PODS, {"metadata": {"name": name}, "spec": spec}, OWNER, namespace="shop")
        store.delete(Address(PODS.resource, "shop", name))
    assert store.find(Address(PODS.resource, "shop", "waiting")) is None
    meta = store.get(Address(PODS.resource, "shop", "placed"))["metadata"]
    assert meta["deletionTimestamp"] == "2026-03-29T12:00:07Z"
    store.delete(Address(PODS.resource, "shop", "placed"), grace=0)
    assert not store.select(PODS)


def test_a_listener_hears_of_every_change_and_of_no_refusal(store: Store) -> None:
    heard: list[int] = []
    store.on_change(lambda: heard.append(store.version))
    store.patch(WEB, {"spec": {"hosts": ["x"]}}, OWNER)
    store.patch(WEB, {"spec": {"hosts": ["x"]}}, OWNER)
    with pytest.raises(StatusError, match="modified"):
        store.patch(WEB, {"metadata": {"resourceVersion": "1"}}, OWNER)
    assert heard == [store.version]


def test_who_watches_from_before_what_is_remembered_has_to_list_again() -> None:
    history = History(remembered=3)
    for version in range(1, 6):
        history.add(Change(version=version, address=WEB, before=None, after={}))
    assert [change.version for change in history.since(2)] == [3, 4, 5]
    assert [change.version for change in history.since(4)] == [5]
    assert not list(history.since(9))
    with pytest.raises(StatusError, match="too old") as refused:
        history.since(1)
    assert refused.value.code == 410


def _web() -> Json:
    return {"metadata": {"name": "web"}, "spec": {"hosts": ["web"], "http": [{"route": []}]}}
