"""Where we differ from Chaos Toolkit on purpose: each difference has a name, a reason and whom it helps.

A difference that is not in here fails the suite, and so does one in here that nothing shows any more.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """`issue` is what people filed, in the repositories of the organisation chaostoolkit on GitHub.

    For a run, `facets` are what it may change: see `compared` in `test_runs.py`.
    """

    name: str
    reason: str
    issue: str
    facets: frozenset[str] = frozenset()


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

#: All that a run shows once it has gone another way.
WAY = frozenset({"did", "run", "rollbacks", "before", "after", "status", "deviated", "exit"})

NOT_MET = Difference(
    name="a baseline that does not hold plays no rollback",
    reason="there the rollbacks are played although nothing was injected",
    issue="chaostoolkit#168",
    facets=frozenset({"did", "rollbacks"}),
)
FAILS = Difference(
    name="the first activity that fails ends the method",
    reason="there the run goes on, injects what comes next, and is completed with exit code 0",
    issue="chaostoolkit#115",
    facets=WAY,
)
ROLLED_BACK = Difference(
    name="rollbacks are played however the run ended",
    reason="there the default leaves them out after a failure or an interruption, when they are needed",
    issue="chaostoolkit#176",
    facets=frozenset({"did", "rollbacks"}),
)
JUDGED = Difference(
    name="a tolerance in the method is judged",
    reason="there it is read and not looked at",
    issue="chaostoolkit-lib#55",
    facets=WAY,
)
END_ASKED_FOR = Difference(
    name="an activity that asks for the end of the run ends it",
    reason="there (up to 1.45.0) the run goes on and injects what comes next",
    issue="chaostoolkit-lib#221",
    facets=WAY,
)
END_IN_ROLLBACK = Difference(
    name="nothing that a rollback raises keeps the next one from being played",
    reason="there the rest are left out, and no journal is written",
    issue="chaostoolkit-lib#132",
    facets=WAY | {"crashed", "title"},
)
DANGLING = Difference(
    name="a ref to nothing is a problem of the file",
    reason="there it is found when it is played: a traceback, no journal, rollbacks half played",
    issue="chaostoolkit#177",
    facets=WAY | {"loads", "crashed", "title"},
)
NO_JSON = Difference(
    name="an output that no JSON can hold becomes text",
    reason="there the journal is lost with a traceback",
    issue="chaostoolkit-aws#123",
    facets=WAY | {"crashed", "title"},
)
PAUSE_OF_TEXT = Difference(
    name="a pause that is text and spells a number is that number",
    reason="there the activity is done, then the run is aborted",
    issue="chaostoolkit#123",
    facets=WAY,
)
BYTES = Difference(
    name="bytes stay text",
    reason="there a value of type bytes is none that the journal or an argument in JSON can hold",
    issue="chaostoolkit-aws#123",
    facets=WAY | {"crashed", "title"},
)
MISSING_VALUE = Difference(
    name="a value that is not set is found when the run starts",
    reason="there validation needs the environment of the run, and refuses the file",
    issue="chaostoolkit-lib#146",
    facets=WAY | {"loads", "crashed", "title"},
)
VAR_BEFORE_VALIDATION = Difference(
    name="a value from the command line stands in for one of the environment",
    reason="there validation does not know it and refuses the file",
    issue="chaostoolkit#175",
    facets=frozenset({"loads"}),
)
UNDECLARED_VAR = Difference(
    name="a value for a name that is not declared is told",
    reason="there it is dropped without a word",
    issue="chaostoolkit#203",
    facets=WAY,
)
NO_VALUE = Difference(
    name="a probe that cannot answer for the configuration ends the run",
    reason="there the name is dropped without a word, and the text of its reference is used",
    issue="chaostoolkit-lib#40",
    facets=WAY,
)
MASKED = Difference(
    name="no secret is in the journal",
    reason="there every answer and argument is written as it is",
    issue="chaostoolkit#178",
    facets=frozenset({"run", "rollbacks", "before", "after"}),
)
SCALAR_GROUP = Difference(
    name="a group of secrets may be one secret",
    reason="there the run is aborted",
    issue="chaostoolkit-documentation#105",
    facets=WAY,
)
DRY_FILE = Difference(
    name="dry in a file is honoured",
    reason="there the text is not understood and the activity is done for real",
    issue="chaostoolkit#199",
    facets=WAY,
)
ONCE = Difference(
    name="each control is called once per level",
    reason="there one of the experiment is called once for each other control of the activity",
    issue="chaostoolkit-lib#242",
    facets=frozenset({"did"}),
)
END_AT_CONFIGURATION = Difference(
    name="a control that asks for the end when it is configured ends the run",
    reason="there it is left out and the run goes on",
    issue="chaostoolkit#188",
    facets=WAY,
)
SIGNAL_PASSED_OVER = Difference(
    name="a signal ends the run wherever it is",
    reason="there (up to 1.45.0) SIGTERM is an error of a python activity, and the next ones are done",
    issue="chaostoolkit#210",
)
LEFT_OUT = Difference(
    name="a probe that a dry run leaves out has met nothing",
    reason="there its tolerance is met, though nobody asked",
    issue="chaostoolkit#199",
    facets=frozenset({"before", "after"}),
)
PROGRAM_ELSEWHERE = Difference(
    name="a program that is not on this machine is a warning",
    reason="there a file cannot be validated but where it runs",
    issue="chaostoolkit-lib#146",
    facets=WAY | {"loads", "title"},
)
VAULT_PATH = Difference(
    name="a secret from Vault has a path",
    reason="there one without is empty, and only the log says so",
    issue="chaostoolkit#98",
    facets=WAY | {"loads", "title"},
)
