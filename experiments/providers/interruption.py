"""Whether what somebody else's code raised asks for the end of the run, in the words of Chaos Toolkit."""

from __future__ import annotations

from experiments.providers.sentence import one_line

#: Told by name through all its bases: Chaos Toolkit's library need not be installed.
_FAILURES = frozenset({"ActivityFailed", "FailedActivity"})
_INTERRUPTION = "InterruptExecution"


def interruption(error: BaseException) -> str | None:
    """Why the run is to end; None for an error that asks for nothing."""
    if not _is(error, frozenset({_INTERRUPTION})):
        return None
    return one_line(error) or "asked for the end of the run"


def is_failure(error: BaseException) -> bool:
    """Whether it is how an activity written for Chaos Toolkit says that it did not succeed."""
    return _is(error, _FAILURES)


def _is(error: BaseException, names: frozenset[str]) -> bool:
    return any(kind.__name__ in names for kind in type(error).__mro__)
