"""Whatever a tolerance is and whatever is judged by it, there is a verdict in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from odd_files import NUMBERS, PATIENT, assert_told
from odd_values import VALUES

from experiments.format.document import Document
from experiments.format.findings import Findings
from experiments.format.tolerance import check_tolerance
from experiments.model import Json
from experiments.tolerances.tolerance import KINDS, met
from experiments.tolerances.verdict import Verdict

pytestmark = pytest.mark.properties

PATHS = st.lists(
    st.sampled_from(
        ["$", ".", "..", "*", "[", "]", "0", ":", "-1", "?", "(", ")", "@", "a", "'", "==", "`len`", "|"]
    ),
    max_size=8,
).map("".join)
PATTERNS = st.text("ab.*+?()[]{}|^$\\1x\n", max_size=8) | st.sampled_from(
    ["(?P<a>", "a{99999}", "(?i)A", "\\N{no}"]
)
LEAVES: st.SearchStrategy[Json] = st.none() | st.booleans() | NUMBERS | st.text(max_size=4) | PATHS | PATTERNS
PARTS: st.SearchStrategy[Json] = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)
BOUNDS: st.SearchStrategy[Json] = st.lists(NUMBERS | st.text("0123.e-", max_size=4), min_size=2, max_size=2)
OPTIONS: dict[str, st.SearchStrategy[Json]] = {
    "pattern": PATTERNS | PARTS,
    "range": BOUNDS | PARTS,
    "path": PATHS | PARTS,
    "expect": PARTS,
    "count": PARTS | st.integers(-1, 3),
    "target": PARTS | st.sampled_from(["status", "body", "stdout"]),
}
KIND: dict[str, st.SearchStrategy[Json]] = {"type": PARTS | st.sampled_from([*KINDS, "no"])}
TOLERANCES: st.SearchStrategy[Json] = PARTS | st.fixed_dictionaries(KIND, optional=OPTIONS)


@PATIENT
@given(TOLERANCES, VALUES)
def test_no_tolerance_and_no_value_is_too_odd(tolerance: Json, value: object) -> None:
    verdict = met(tolerance, value)
    assert isinstance(verdict, Verdict)
    assert isinstance(verdict.met, bool)
    assert "\n" not in str(verdict)
    assert len(str(verdict)) < 2000


@PATIENT
@given(TOLERANCES)
def test_no_tolerance_of_a_file_is_too_odd(tolerance: Json) -> None:
    findings = Findings(Document(file="f", data=tolerance))
    check_tolerance(findings, tolerance, ())
    assert_told(findings.problems())
