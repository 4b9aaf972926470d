"""The objects of the simulated cluster, written only under the conditions of the real API server.

Whatever is read from here is shared and must not be changed in place; every write stores a new object.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import RLock
from uuid import UUID

from experiments.chance import Draw
from experiments.clock import Clock
from experiments.rehearsal import rules
from experiments.rehearsal.conditions import timestamp
from experiments.rehearsal.history import Change, History
from experiments.rehearsal.kinds import BY_RESOURCE, KINDS, NAMESPACES, Address, Json, Kind
from experiments.rehearsal.merge import merge_patch
from experiments.rehearsal.names import suffix
from experiments.rehearsal.ownership import (
    Entries,
    Writer,
    after_apply,
    after_update,
    entries_of,
    managed_fields,
    managed_of,
)
from experiments.rehearsal.paging import Page, page
from experiments.rehearsal.selectors import Selector
from experiments.rehearsal.status import already_exists, invalid, not_found

ANY = Selector()


class Store:
    """Every object of the cluster, each change with the next version; safe to share between threads."""

    def __init__(self, *, clock: Clock, draw: Draw) -> None:
        self._clock = clock
        self._draw = draw
        self._lock = RLock()
        self._objects: dict[str, dict[Address, Json]] = {kind.resource: {} for kind in KINDS}
        self._born = 0
        self._listeners: list[Callable[[], None]] = []
        self.history = History()
        self.version = 0

    def get(self, address: Address) -> Json:
        """The object at an address; 404 when there is none."""
        found = self._objects[address.resource].get(address)
        if found is None:
            raise not_found(address)
        return found

    def find(self, address: Address) -> Json | None:
        """The object at an address, or None."""
        return self._objects[address.resource].get(address)

    def select(self, kind: Kind, namespace: str = "", selector: Selector = ANY) -> list[Json]:
        """All that match, in order of namespace and name; without a namespace those of all of them."""
        with self._lock:
            found = sorted(self._objects[kind.resource].items(), key=lambda pair: pair[0])
        return [
            item for address, item in found if namespace in ("", address.namespace) and selector.matches(item)
        ]

    def page(
        self, kind: Kind, namespace: str = "", selector: Selector = ANY, limit: int = 0, token: str = ""
    ) -> Page:
        """One page of what `select` finds, from where the token of the page before points."""
        with self._lock:
            return page(self.select(kind, namespace, selector), self.version, limit, token, told=not selector)

    def everything(self) -> Iterator[tuple[Address, Json]]:
        """All objects of all kinds, as they are now."""
        with self._lock:
            return iter([pair for objects in self._objects.values() for pair in objects.items()])

    def create(self, kind: Kind, body: Json, by: Writer, *, namespace: str = "") -> Json:
        """A new object; 409 when its name is taken."""
        with self._lock:
            new = rules.as_created(kind, namespace, body)
            address = Address(kind.resource, namespace, self._name(kind, new["metadata"]))
            new = {**new, "metadata": {**new["metadata"], "name": address.name}}
            self._require_namespace(namespace)
            rules.check(address, new)
            if address in self._objects[kind.resource]:
                raise already_exists(address)
            return self._add(address, new, after_update((), {}, new, by, self._now()), by)

    def replace(self, address: Address, body: Json, by: Writer) -> Json:
        """PUT: the whole object anew; a custom one only by who says which version it replaces."""
        with self._lock:
            live = self.get(address)
            if BY_RESOURCE[address.resource].custom and not rules.version_of(body):
                problem = "Invalid value: 0: must be specified for an update"
                raise invalid(address, "metadata.resourceVersion", problem)
            return self._update(address, live, body, by)

    def patch(self, address: Address, patch: Json, by: Writer) -> Json:
        """A merge patch; 409 or 422 when it names another version or another object than is there."""
        with self._lock:
            live = self.get(address)
            return self._update(address, live, merge_patch(live, patch), by)

    def apply(self, address: Address, config: Json, by: Writer, *, force: bool = False) -> Json:
        """Server-side apply; creates what is not there."""
        with self._lock:
            kind, live = BY_RESOURCE[address.resource], self.find(address)
            if live is None:
                return self._apply_new(kind, address, config, by)
            entries = entries_of(live["metadata"].get("managedFields", []))
            new, entries = after_apply(entries, live, config, by, self._now(), force=force)
            new = rules.as_updated(address, kind, live, new)
            rules.check(address, new)
            return self._store(address, live, new, entries, by)

    def set_status(self, address: Address, status: Json) -> Json:
        """The status that a controller found; nothing else changes."""
        with self._lock:
            live = self.get(address)
            if live.get("status") == status:
                return live
            return self._advance(address, live, {**live, "status": status})

    def delete(
        self,
        address: Address,
        *,
        uid: str = "",
        version: str = "",
        grace: int | None = None,
        dry_run: bool = False,
    ) -> Json:
        """Delete, if it is still that object; one with a grace period or finalizers is only marked.

        The answer is the object as it last was.
        """
        with self._lock:
            live = self.get(address)
            rules.check_preconditions(address, live, uid=uid, version=version)
            seconds = rules.grace_period(address, live) if grace is None else grace
            if dry_run:
                return live
            if seconds or live["metadata"].get("finalizers") or address.resource == NAMESPACES.resource:
                return self._mark_deleted(address, live, seconds)
            return self.remove(address)

    def remove(self, address: Address) -> Json:
        """Gone at once, whatever held it: for those controllers that have done what it waited for."""
        with self._lock:
            return self._advance(address, self.get(address), None)

    @contextmanager
    def exclusively(self) -> Generator[None, None, None]:
        """Nobody else writes meanwhile."""
        with self._lock:
            yield

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call `listener` after every change, from the thread that made it; it must return at once."""
        self._listeners.append(listener)

    def _apply_new(self, kind: Kind, address: Address, config: Json, by: Writer) -> Json:
        named = {**config, "metadata": {**config.get("metadata", {}), "name": address.name}}
        new = rules.as_created(kind, address.namespace, named)
        self._require_namespace(address.namespace)
        rules.check(address, new)
        _, entries = after_apply((), {}, config, by, self._now(), force=False)
        return self._add(address, new, entries, by)

    def _add(self, address: Address, new: Json, entries: Entries, by: Writer) -> Json:
        self._born += 1
        uid = UUID(bytes=self._draw.derive("uid", str(self._born))[:16], version=4)
        generation = {"generation": 1} if BY_RESOURCE[address.resource].counted else {}
        meta = {**new["metadata"], "uid": str(uid), "creationTimestamp": self._now(), **generation}
        return self._write(address, None, {**new, "metadata": meta}, entries, by)

    def _update(self, address: Address, live: Json, said: Json, by: Writer) -> Json:
        new = rules.as_updated(address, BY_RESOURCE[address.resource], live, said)
        rules.check(address, new)
        entries = after_update(entries_of(managed_of(live, new)), live, new, by, self._now())
        return self._store(address, live, new, entries, by)

    def _store(self, address: Address, live: Json, new: Json, entries: Entries, by: Writer) -> Json:
        if BY_RESOURCE[address.resource].counted and _substance(new) != _substance(live):
            generation = live["metadata"]["generation"] + 1
            new = {**new, "metadata": {**new["metadata"], "generation": generation}}
        stored = self._write(address, live, new, entries, by)
        released = "deletionTimestamp" in stored["metadata"] and not stored["metadata"].get("finalizers")
        if released and live["metadata"].get("finalizers") and not by.dry_run:
            return self.remove(address)
        return stored

    def _write(self, address: Address, live: Json | None, new: Json, entries: Entries, by: Writer) -> Json:
        owned = managed_fields(entries)
        meta = {key: value for key, value in new["metadata"].items() if key != "managedFields"}
        new = {**new, "metadata": {**meta, "managedFields": owned} if owned else meta}
        return new if new == live or by.dry_run else self._advance(address, live, new)

    def _mark_deleted(self, address: Address, live: Json, grace: int) -> Json:
        if "deletionTimestamp" in live["metadata"]:
            return live
        due = timestamp(self._clock.now() + timedelta(seconds=grace))
        mark = {"deletionTimestamp": due, "deletionGracePeriodSeconds": grace}
        marked = {**live, "metadata": {**live["metadata"], **mark}}
        if address.resource == NAMESPACES.resource:
            marked["status"] = {"phase": "Terminating"}
        return self._advance(address, live, marked)

    def _advance(self, address: Address, before: Json | None, after: Json | None) -> Json:
        """The only place where anything changes."""
        self.version += 1
        last = after or before or {}
        last = {**last, "metadata": {**last["metadata"], "resourceVersion": str(self.version)}}
        if after is None:
            del self._objects[address.resource][address]
            self.history.add(Change(version=self.version, address=address, before=last, after=None))
        else:
            self._objects[address.resource][address] = last
            self.history.add(Change(version=self.version, address=address, before=before, after=last))
        for listener in self._listeners:
            listener()
        return last

    def _name(self, kind: Kind, meta: Json) -> str:
        if name := meta.get("name"):
            return str(name)
        prefix = str(meta.get("generateName") or "")
        if not prefix:
            problem = "Required value: name or generateName is required"
            raise invalid(Address(kind.resource, "", ""), "metadata.name", problem, "FieldValueRequired")
        return prefix + suffix(self._draw.derive("name", prefix, str(self._born)))

    def _require_namespace(self, namespace: str) -> None:
        if namespace:
            self.get(Address(NAMESPACES.resource, "", namespace))

    def _now(self) -> str:
        return timestamp(self._clock.now())


def _substance(body: Json) -> Json:
    return {key: value for key, value in body.items() if key not in ("metadata", "status")}
