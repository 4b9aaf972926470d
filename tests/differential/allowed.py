"""Where we differ from Chaos Toolkit on purpose: each difference has a name, a reason and whom it helps.

A difference that is not in here fails the suite, and so does one in here that nothing shows any more.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """`issue` is what people filed, in the repositories of the organisation chaostoolkit on GitHub."""

    name: str
    reason: str
    issue: str


NO_CRASH = Difference(
    name="a value of another type is not within the tolerance",
    reason="there the comparison raises, which ends the run with a traceback and without rollbacks",
    issue="chaostoolkit-lib#189",
)
NO_EXPRESSION = Difference(
    name="an expression that cannot be read when the run comes to it is not met",
    reason="there it raises, which ends the run with a traceback and without rollbacks",
    issue="chaostoolkit-lib#189",
)
PROBE_WITHOUT_ARGUMENTS = Difference(
    name="a probe that judges needs no arguments of its own",
    reason="there the run ends with a KeyError where the file gives none",
    issue="chaostoolkit-lib#98",
)
FRACTION = Difference(
    name="a fraction is a tolerance and equal to itself",
    reason="there it is refused, and never met by who leaves validation out",
    issue="chaostoolkit#141",
)
STANDARD_PATH = Difference(
    name="type jsonpath-rfc9535 is the standard",
    reason="there is one dialect, of a library that was changed once already and broke paths",
    issue="chaostoolkit-lib#119",
)
REFERENCES = Difference(
    name="a reference is replaced everywhere in a tolerance",
    reason="there it stays as it is written in lists, bounds, counts and targets",
    issue="chaostoolkit-lib#267",
)
NUMBER_AS_PATTERN = Difference(
    name="a number that a reference brings as the pattern is its digits",
    reason="there the run ends with a TypeError",
    issue="chaostoolkit-lib#267",
)
