"""The hypothesis asked again and again beside the method."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from experiments.engine.background import Background
from experiments.engine.caught import Caught
from experiments.engine.hypothesis import observe
from experiments.engine.progress import Part
from experiments.engine.running import Ending, Phase, Running
from experiments.engine.stop import Interrupted, Stop
from experiments.journal import SteadyState
from experiments.model import Hypothesis, Outcome
from experiments.providers.sentence import from_exception

#: Looks of which the journal keeps the probes; of the others, if they held, only the number.
KEPT_LOOKS = 1000


class Watch:
    """Looks at the steady state while the method goes on; the first look comes at once.

    With `fail_fast` it stops the method, and the activity that is running, as soon as that many percent
    of the looks did not hold.
    """

    def __init__(self, running: Running, method: Stop) -> None:
        self._running = running
        self._method = method
        self._looks = 0
        self._bad: list[SteadyState] = []
        self._broken = ""
        self.ended_the_method = False  #: because of a look that did not hold

    @contextmanager
    def beside(self, hypothesis: Hypothesis, phase: Phase) -> Generator[None, None, None]:
        """Watch while the block runs; when it is left the last look has ended, or was told to."""
        with phase.stop.child() as stop:
            thread = Background(lambda: self._look(hypothesis, phase.under(stop)), name="during")
            self._running.background.append(thread)
            try:
                yield
            finally:
                stop.request("the method is over")
                thread.settle(self._running.patience)

    def ending(self) -> Ending | None:
        """What the looks say of the run; None when all held."""
        if self._broken:
            return Ending(outcome=Outcome.ERROR, reason=f"during the method, unexpected {self._broken}")
        if not self._bad:
            return None
        first, number = self._bad[0], len(self._bad)
        outcome = Outcome.PROBE_ERROR if all(look.met is None for look in self._bad) else Outcome.DEVIATED
        share = f"{number} of {self._looks} looks did not hold, the first: " if self._looks > 1 else ""
        return Ending(outcome=outcome, reason=f"during the method, {share}{first.reason}")

    def _look(self, hypothesis: Hypothesis, phase: Phase) -> None:
        with Caught() as caught:
            while not self._too_many():
                self._keep(observe(self._running, hypothesis, Part.DURING, phase, index=self._looks))
                phase.stop.wait(0.0 if self._too_many() else self._running.runtime.frequency)
        if caught.error is not None and not isinstance(caught.error, Interrupted):
            self._broken = self._running.said(from_exception(caught.error))
        elif caught.error is None:
            self.ended_the_method = True
            self._method.request(self._bad[-1].reason)

    def _too_many(self) -> bool:
        share = self._running.runtime.fail_fast
        return share is not None and bool(self._bad) and 100 * len(self._bad) >= share * self._looks

    def _keep(self, look: SteadyState) -> None:
        self._looks += 1
        if not look.met:
            self._bad.append(look)
        if not look.met or self._looks <= KEPT_LOOKS:
            self._running.during.append(look)
