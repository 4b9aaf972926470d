"""The stop token: how a run learns that it must end (DESIGN D8).

SIGTERM, halt, cancel, deadline and lost lease are one path: somebody calls `request`, pauses wake,
blocking activities are told through `on_stop`, and no new injection starts.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from queue import Empty, SimpleQueue


class Interrupted(BaseException):
    """The run was told to stop; not an Exception, so that an activity cannot swallow it by habit."""


class _Exposure(threading.local):
    """Each thread's own: a shield in a background thread never covers the run's main thread."""

    on = False
    sealed = False
    delivered = False  #: the body that runs now has been interrupted, and may be cleaning up
    to: Stop | None = None  #: whose request this thread may be interrupted by


class _Exposed:
    """This thread exposed to a stop, and afterwards to what it was before; entered for every activity."""

    __slots__ = ("_exposure", "_outer", "_stop", "_whose")

    def __init__(self, stop: Stop, exposure: _Exposure) -> None:
        self._stop, self._exposure = stop, exposure
        self._outer, self._whose = exposure.on, exposure.to

    def __enter__(self) -> None:
        self._exposure.to = self._stop
        self._exposure.on = True
        self._exposure.delivered = False
        try:
            self._stop.check()
        except Interrupted:
            self.__exit__()
            raise

    def __exit__(self, *_: object) -> None:
        self._exposure.on = self._outer
        self._exposure.to = self._whose


class Stop:
    """Set once with a reason; every wait of the run happens on it.

    A part of a run (its method, one activity with a time-out) has a stop of its own, its child: told
    when the run is, and by itself without the run noticing.

    `request` may be called by a signal handler at any moment of any of these methods. A
    `threading.Event` would deadlock there, a `SimpleQueue` and an `RLock` do not.
    """

    def __init__(self, *, within: Stop | None = None) -> None:
        self._token: SimpleQueue[None] = SimpleQueue()
        self._lock = threading.RLock()
        self._requested = False
        self._reason = ""
        self._wake: list[Callable[[], None]] = []
        self._exposure: _Exposure = within._exposure if within else _Exposure()
        #: The stop of the whole run.
        self.whole: Stop = within.whole if within else self
        #: Thread -> what interrupts its body; shared with every child.
        self._nudges: dict[int, Callable[[], None]] = within._nudges if within else {}

    @contextmanager
    def child(self) -> Generator[Stop, None, None]:
        """The stop of a part of what this one stops."""
        part = Stop(within=self)
        with self._waking(lambda: part.request(self._reason)):
            yield part

    @property
    def requested(self) -> bool:
        """True from the first request on."""
        return self._requested

    @property
    def reason(self) -> str:
        """Why, in the words of the first request; empty before it."""
        return self._reason

    def request(self, reason: str) -> None:
        """Stop the run; later requests change nothing."""
        with self._lock:
            if self._requested:
                return
            self._reason = reason
            self._requested = True
            wake = list(self._wake)
        self._token.put(None)
        for each in wake:
            each()
        for nudge in list(self._nudges.values()):
            nudge()

    def check(self) -> None:
        """Raise `Interrupted` when the run must stop."""
        if self._requested:
            self._exposure.delivered = True
            raise Interrupted(self._reason)

    def wait(self, seconds: float) -> None:
        """Pause; raise `Interrupted` at once when the run must stop meanwhile."""
        try:
            self._token.get(timeout=max(0.0, seconds))
            self._token.put(None)  # whoever else waits wakes up too
        except Empty:
            pass
        self.check()

    @property
    def deliverable(self) -> bool:
        """True while this thread runs an activity's body or a pause, unshielded: an interrupter may raise."""
        return self._exposure.on and not self._exposure.sealed

    def deliver(self, *, again: bool = True) -> None:
        """Raise `Interrupted` if this thread runs a body or a pause that must end now.

        Unless `again`, only once for each: what has been raised already may be in the middle of a clean-up.
        """
        exposure = self._exposure
        if self.deliverable and exposure.to is not None and (again or not exposure.delivered):
            exposure.to.check()

    @property
    def interruptible(self) -> bool:
        """Whether something can interrupt a blocking body in this thread."""
        return threading.get_ident() in self._nudges

    @contextmanager
    def nudged_by(self, nudge: Callable[[], None]) -> Generator[None, None, None]:
        """Inside, `nudge` is called after each request, also of a child's, to make this thread `deliver`."""
        thread = threading.get_ident()
        self._nudges[thread] = nudge
        try:
            yield
        finally:
            del self._nudges[thread]

    def seal(self) -> None:
        """From now on nothing is raised in this thread: what follows is the undo.

        A signal in the very moment in which a body ends may leave it exposed.
        """
        self._exposure.sealed = True

    def exposed(self) -> AbstractContextManager[None]:
        """An activity's body or a pause; a request that came before it is delivered at once."""
        return _Exposed(self, self._exposure)

    @contextmanager
    def shielded(self) -> Generator[None, None, None]:
        """A transition that must be whole: the record with its patch, the ledger, an undo.

        A request that came inside is delivered when the shield of an exposed body ends.
        """
        exposure = self._exposure
        outer, exposure.on = exposure.on, False
        try:
            yield
        finally:
            exposure.on = outer
        self.deliver()

    @contextmanager
    def on_stop(self, wake: Callable[[], None]) -> Generator[None, None, None]:
        """Call `wake` (close a socket, kill a group) if the stop comes inside this block."""
        self.check()
        with self._waking(wake):
            yield

    @contextmanager
    def _waking(self, wake: Callable[[], None]) -> Generator[None, None, None]:
        with self._lock:
            self._wake.append(wake)
        try:
            if self.requested:
                wake()
            yield
        finally:
            with self._lock:
                self._wake.remove(wake)
