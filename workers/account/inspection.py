"""A worker looks at its own account before it takes a run: too little is said, what is dangerous refuses."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass

from experiments.kubernetes.account import grants_in, username
from experiments.kubernetes.errors import (
    GatewayError,
    NotConfigured,
    TooManyRequests,
    Unauthorized,
    Unavailable,
)
from experiments.kubernetes.gateway import Gateway
from workers.account.comparison import Grants, compare
from workers.account.dangers import DANGERS
from workers.account.verdict import judge
from workers.patience import Patience
from workers.settings import SettingsError

log = logging.getLogger("cowbane.start")

#: Seconds between two questions to an API server that does not answer.
ASK_AGAIN_SECONDS = 2.0
#: A namespace in which no account of ours holds anything: what it shows holds in all of them.
ELSEWHERE = "kube-system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """Of the account behind a gateway."""

    gateway: Gateway
    listed: Grants | None  #: what the rights file says; None: there is none
    namespaces: Collection[str]  #: where runs may act, besides those of the rights file
    production: bool
    pause: Callable[[float], object]

    def admit(self) -> None:
        """Return once the account was seen and is no danger; raises `SettingsError` where no run may start.

        An API server that is away is waited for, and said once. Without a rights file a laptop is
        asked nothing.
        """
        if self.listed is None and not self.production:
            return
        try:
            account, held = self._answer()
        except NotConfigured as nowhere:
            if self.listed:
                raise SettingsError(f"COWBANE_RIGHTS_FILE lists rights: {nowhere}") from nowhere
            return  # a queue whose experiments need no cluster
        except GatewayError as hidden:
            raise SettingsError(f"nobody says what this worker's account can do: {hidden}") from hidden
        found = compare(self.listed or {}, held)
        verdict = judge(account, found, listed=self.listed is not None)
        for warning in verdict.warnings:
            log.warning("%s", warning)
        if verdict.refusal:
            raise SettingsError(verdict.refusal)

    def _answer(self) -> tuple[str, Grants]:
        patience = Patience(
            away=(Unavailable, Unauthorized, TooManyRequests),
            meanwhile="this worker takes no run",
            seconds=ASK_AGAIN_SECONDS,
            pause=self.pause,
        )
        return patience.answer(self._asked)

    def _asked(self) -> tuple[str, Grants]:
        """Who we are, and what we may do in each namespace that matters."""
        account = username(self.gateway)
        listed = self.listed or {}
        places = {*listed, *self.namespaces, *_home(account), ELSEWHERE}
        doubtful = DANGERS.union(*listed.values())
        return account, {place: grants_in(self.gateway, place, doubtful) for place in sorted(places)}


def _home(account: str) -> list[str]:
    """The namespace of a service account: there lie the passwords of its own deployment."""
    kind, _, name = account.rpartition("system:serviceaccount:")
    return [name.partition(":")[0]] if not kind and ":" in name else []
