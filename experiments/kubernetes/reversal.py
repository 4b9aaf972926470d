"""Undoing what the cluster or the record says we did: only our own change, repeatable, in any order."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Mapping

from experiments.faults.intent import (
    FaultTooLarge,
    Intent,
    UndoKind,
    Undone,
    UndoResult,
    UnreadableMark,
)
from experiments.kubernetes.errors import (
    Conflict,
    GatewayError,
    NotFound,
    Replaced,
    TooManyRequests,
    Unavailable,
)
from experiments.kubernetes.gateway import Gateway
from experiments.kubernetes.marks import marks_on
from experiments.kubernetes.objects import Object, resource_version_of
from experiments.kubernetes.rights import Right
from experiments.kubernetes.route_faults import RouteFault, removal, undo_step

#: What each undo needs in the namespace of its target, also in the hands of a reaper.
RIGHTS: Mapping[UndoKind, tuple[Right, ...]] = {
    UndoKind.NOTHING: (),
    UndoKind.VIRTUAL_SERVICE_FAULT: (Right("networking.istio.io", "virtualservices", ("get", "patch")),),
}

#: Patches of one undo that may lose a race or find nobody, before it is tried again later.
TRIES = 8
#: Seconds between them when nobody answers.
PAUSE = 0.5


class Reversal:
    """Looks at and undoes faults on real objects; the `Reverser` of a cluster."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._undos: Mapping[UndoKind, Callable[[Intent], Undone]] = {
            UndoKind.NOTHING: _nothing,
            UndoKind.VIRTUAL_SERVICE_FAULT: self._undo_on_route,
        }

    def undo(self, intent: Intent) -> Undone:
        """Restore only our own change; `FAILED` says by which command a person can do it."""
        try:
            return self._undos[intent.undo](intent)
        except (NotFound, Replaced):
            return Undone(result=UndoResult.GONE, detail=f"{intent.target} is gone")
        except (GatewayError, FaultTooLarge, UnreadableMark) as failed:
            return Undone(result=UndoResult.FAILED, detail=f"{failed}; by hand: {by_hand(intent)}")

    def removed(self, intent: Intent) -> str:
        """Empty while the fault is in place, else what became of it, or why that cannot be known."""
        if intent.undo is UndoKind.NOTHING:
            return ""
        try:
            live = self._gateway.read(intent.target)
            return removal(live, intent, _marks(live, intent))
        except (NotFound, Replaced):
            return f"gone with {intent.target}"
        except (GatewayError, UnreadableMark) as unknown:
            return f"not to be seen: {unknown}"

    def _undo_on_route(self, intent: Intent) -> Undone:
        """One conditional patch after the other until the object owes nothing."""
        live = self._gateway.read(intent.target)
        for _ in range(TRIES):
            step = undo_step(live, intent, _marks(live, intent))
            changed = self._patched(live, intent, step.change) if step.change else live
            if changed and step.undone:
                return step.undone
            live = changed or self._gateway.read(intent.target)
        raise Conflict(f"{intent.target} changed {TRIES} times while its fault was being undone")

    def _patched(self, live: Object, intent: Intent, change: Object) -> Object | None:
        """The object after the patch; None when it must be read again, whatever became of the patch."""
        try:
            return self._gateway.patch(intent.target, change, resource_version=resource_version_of(live))
        except Replaced:
            raise
        except Conflict:
            return None
        except TooManyRequests as busy:
            self._gateway.wait(min(busy.retry_after, 5.0))
        except Unavailable:
            self._gateway.wait(PAUSE)
        return None


def by_hand(intent: Intent) -> str:
    """The kubectl command that does what the undo could not; it refuses a fault that is not ours any more."""
    target = intent.target
    group = target.api_version.partition("/")[0] if "/" in target.api_version else ""
    kind = f"{target.resource}.{group}" if group else target.resource
    command = ["kubectl", "-n", target.namespace, "patch", kind, target.name, "--type=json", "-p"]
    return shlex.join([*command, json.dumps(_operations(intent), separators=(",", ":"))])


def _operations(intent: Intent) -> list[Object]:
    fault = RouteFault.of(intent)
    _, index, _ = fault.path.split("/")
    leaf = f"/spec/http/{index}/fault/{fault.kind.value}"
    back: Object = {"op": "replace", "path": leaf, "value": fault.before}
    return [
        {"op": "test", "path": leaf, "value": fault.value},
        back if fault.before is not None else {"op": "remove", "path": leaf},
        {"op": "remove", "path": f"/metadata/annotations/{intent.annotation.replace('/', '~1')}"},
    ]


def _marks(live: Object, intent: Intent) -> list[Intent]:
    return [each for each in marks_on(live, intent.target, intent.undo) if isinstance(each, Intent)]


def _nothing(intent: Intent) -> Undone:
    return Undone(result=UndoResult.NOTHING, detail=f"{intent.target} needs no undo")
