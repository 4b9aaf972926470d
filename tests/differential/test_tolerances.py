"""Every tolerance over every answer, by Chaos Toolkit and by us: the same verdict, or a named difference."""

from __future__ import annotations

from collections import ChainMap, Counter
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

import pytest
from chaoslib import substitute as their_substitute
from chaoslib.hypothesis import within_tolerance
from differential import allowed, path_corpus
from differential.allowed import Difference
from differential.tolerance_table import CONFIGURATION, SECRETS, TOLERANCES, VALUES
from surrounded import step_of, surrounded

from experiments.engine.asking import answer
from experiments.engine.caught import Caught
from experiments.format.substitution import substitute
from experiments.tolerances import standard
from experiments.tolerances.dialect.path import compiled, find
from experiments.tolerances.dialects import surprise
from experiments.tolerances.not_a_path import NotAPath
from experiments.tolerances.tolerance import met

#: Chaos Toolkit's reader of paths; it has no types.
Path = import_module("jsonpath2.path").Path

NAMES = dict(ChainMap(CONFIGURATION, *SECRETS.values()))
AROUND = surrounded(configuration=CONFIGURATION, names=NAMES)
STEP = step_of(AROUND)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One tolerance over one answer; `theirs` is None where they raise or do not know the tolerance."""

    tolerance: Any
    value: Any
    theirs: bool | None
    raised: str
    ours: bool

    @property
    def kind(self) -> str:
        return str(self.tolerance["type"]) if isinstance(self.tolerance, dict) else ""


def judged_by_both(tolerance: Any, value: Any) -> Pair:
    theirs, raised = None, ""
    with Caught() as caught:
        asked = (
            their_substitute(tolerance, CONFIGURATION, SECRETS) if isinstance(tolerance, str) else tolerance
        )
        theirs = within_tolerance(
            deepcopy(asked), deepcopy(value), configuration=CONFIGURATION, secrets=SECRETS
        )
    if caught.error is not None:
        raised = type(caught.error).__name__
    ours = met(_replaced(tolerance), value, _ask)
    assert str(ours).startswith("expected ")
    return Pair(tolerance=tolerance, value=value, theirs=theirs, raised=raised, ours=ours.met)


def _replaced(tolerance: Any) -> Any:
    """As the engine does it: a probe replaces its arguments when it is asked."""
    is_probe = isinstance(tolerance, dict) and tolerance.get("type") == "probe"
    return tolerance if is_probe else substitute(tolerance, NAMES)


def _ask(tolerance: Mapping[str, object], value: object) -> object:
    return answer(tolerance, value, AROUND, STEP)


@cache
def pairs() -> list[Pair]:
    return [judged_by_both(tolerance, value) for tolerance in TOLERANCES for value in VALUES]


def _refers(value: Any) -> bool:
    """Whether a reference stands where only we replace it."""
    if isinstance(value, list):
        return any("${" in str(each) for each in value)
    return isinstance(value, dict) and any(
        "${" in str(value.get(key)) for key in ("range", "count", "target")
    )


_UNREADABLE = [
    ("regex", "(", None),
    ("regex", None, None),
    *(("jsonpath", None, path) for path in ("$.items[", "${number}", None)),
]


def _is_unreadable(pair: Pair) -> bool:
    written = (pair.kind, pair.tolerance.get("pattern"), pair.tolerance.get("path")) if pair.kind else ()
    return written in _UNREADABLE


def _is_number_as_pattern(pair: Pair) -> bool:
    return pair.kind == "regex" and str(pair.tolerance["pattern"]) == "${number}"


#: When a pair that differs belongs to which difference; what is asked first wins.
RULES: list[tuple[Difference, Callable[[Pair], bool]]] = [
    (allowed.FRACTION, lambda pair: isinstance(pair.tolerance, float) and pair.theirs is None),
    (allowed.STANDARD_PATH, lambda pair: pair.kind == "jsonpath-rfc9535" and pair.theirs is None),
    (allowed.PROBE_WITHOUT_ARGUMENTS, lambda pair: pair.kind == "probe" and pair.raised == "KeyError"),
    (allowed.NUMBER_AS_PATTERN, lambda pair: _is_number_as_pattern(pair) and pair.raised == "TypeError"),
    (allowed.NO_EXPRESSION, lambda pair: _is_unreadable(pair) and bool(pair.raised) and not pair.ours),
    (allowed.REFERENCES, lambda pair: _refers(pair.tolerance)),
    (allowed.NO_CRASH, lambda pair: bool(pair.raised) and not pair.ours),
]


def _difference(pair: Pair) -> Difference | None:
    """The one that explains the pair, None where both say the same or nothing explains it."""
    return next((difference for difference, covers in RULES if covers(pair)), None)


def _differs(pair: Pair) -> bool:
    return bool(pair.raised) or pair.theirs is None or bool(pair.theirs) is not pair.ours


def test_there_are_pairs_enough() -> None:
    assert len(pairs()) >= 10_000
    verdicts = Counter(pair.ours for pair in pairs())
    assert min(verdicts.values()) > 500


@pytest.mark.parametrize("at", range(len(TOLERANCES)), ids=[repr(each)[:60] for each in TOLERANCES])
def test_a_tolerance_says_what_chaos_toolkit_says_or_differs_by_name(at: int) -> None:
    of_this = pairs()[at * len(VALUES) : (at + 1) * len(VALUES)]
    assert [pair for pair in of_this if _differs(pair) and not _difference(pair)] == []


@pytest.mark.parametrize("difference", [difference for difference, _ in RULES], ids=lambda each: each.name)
def test_no_allowed_difference_is_stale(difference: Difference) -> None:
    assert any(_differs(pair) and _difference(pair) == difference for pair in pairs())
    assert difference.reason
    assert "#" in difference.issue


def corpus() -> Iterator[str]:
    return iter(dict.fromkeys(path_corpus.paths(3000)))


def test_a_path_is_read_and_finds_what_it_finds_in_chaos_toolkit() -> None:
    wrong, found = [], Counter[bool]()
    for path in corpus():
        theirs = _their_matches(path)
        ours = _our_matches(path)
        if repr(theirs) != repr(ours):
            wrong.append((path, theirs, ours))
        found[theirs is not None] += 1
    assert wrong == []
    assert found[True] > 1200
    assert found[False] > 400


def _their_matches(path: str) -> list[list[Any]] | None:
    try:
        read = Path.parse_str(path)
    except ValueError:
        return None
    return [[match.current_value for match in read.match(each)] for each in path_corpus.DOCUMENTS]


def _our_matches(path: str) -> list[list[Any]] | None:
    try:
        return [find(path, each) for each in path_corpus.DOCUMENTS]
    except NotAPath:
        return None


def test_whoever_writes_a_path_that_the_standard_reads_differently_is_warned() -> None:
    silent, agreed = [], 0
    for path in corpus():
        if not _is_read_by_both(path) or surprise(path):
            continue
        for document in path_corpus.DOCUMENTS:
            ours, theirs = find(path, document), standard.find(path, document)
            if isinstance(document, dict | list) and repr(ours) != repr(theirs):
                silent.append((path, document, ours, theirs))
        agreed += 1
    assert silent == []
    assert agreed > 150


def _is_read_by_both(path: str) -> bool:
    try:
        compiled(path), standard.compiled(path)
    except NotAPath:
        return False
    return True
