"""How an activity says that it did not succeed: one sentence for people, never a traceback.

ActivityFailed
    SteadyStateNotMet
"""

from __future__ import annotations


class ActivityFailed(Exception):
    """The activity could not be done; the text says what, what was expected, what was found."""


class SteadyStateNotMet(ActivityFailed):
    """A probe was answered, and the answer is not the steady state: not met, rather than an error."""
