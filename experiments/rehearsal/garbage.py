"""What nobody owns any more goes: objects whose owners are gone, and all that was in a deleted namespace."""

from __future__ import annotations

from experiments.rehearsal.kinds import NAMESPACES, Address, Json
from experiments.rehearsal.store import Store


def collect(store: Store) -> None:
    """Delete every object that had owners and has none left."""
    alive = {body["metadata"]["uid"] for _, body in store.everything()}
    for address, body in store.everything():
        owners = {owner["uid"] for owner in body["metadata"].get("ownerReferences", [])}
        if owners and not owners & alive:
            _delete(store, address, body)


def clear_namespaces(store: Store) -> None:
    """Empty every namespace that was deleted, and let it go once nothing is in it."""
    ending = {
        namespace["metadata"]["name"]
        for namespace in store.select(NAMESPACES)
        if "deletionTimestamp" in namespace["metadata"]
    }
    left = [(address, body) for address, body in store.everything() if address.namespace in ending]
    for address, body in left:
        _delete(store, address, body)
    for name in ending - {address.namespace for address, _ in left}:
        store.remove(Address(NAMESPACES.resource, "", name))


def _delete(store: Store, address: Address, body: Json) -> None:
    if "deletionTimestamp" not in body["metadata"]:
        store.delete(address)
