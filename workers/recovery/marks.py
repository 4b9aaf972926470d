"""The marks that a reaper sweeps, in the namespaces of its policy."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from experiments.faults.intent import Intent, UndoKind
from experiments.kubernetes.errors import GatewayError
from experiments.kubernetes.gateway import Gateway
from experiments.kubernetes.grants import beyond, of_rights
from experiments.kubernetes.marks import RIGHTS, find_marks
from workers.account.comparison import Grants

log = logging.getLogger("cowbane.sweep")


@dataclass(slots=True)
class MarkFinder:
    """Finds what is marked; what cannot be read is said when that begins, not at every sweep."""

    gateway: Gateway
    namespaces: tuple[str, ...] | None  #: None: wherever the account may look
    rights: Grants | None = None  #: of the account; faults of a kind that it cannot list are not its own
    _said: set[str] = field(default_factory=set)

    def find(self) -> Sequence[Intent]:
        """Every readable mark; an API server that is away has none to show."""
        try:
            found = find_marks(self.gateway, self.namespaces, sought=self._may_list)
        except GatewayError as away:
            self._say({f"marks cannot be looked for: {away}"})
            return []
        self._say({f"{each.where}: {each.sentence}" for each in found if not isinstance(each, Intent)})
        return [each for each in found if isinstance(each, Intent)]

    def _may_list(self, kind: UndoKind, namespace: str) -> bool:
        needed = of_rights(RIGHTS[kind])
        return self.rights is None or not beyond(needed, self.rights.get(namespace, frozenset()))

    def _say(self, problems: set[str]) -> None:
        for problem in sorted(problems - self._said):
            log.warning("%s", problem)
        self._said = problems
