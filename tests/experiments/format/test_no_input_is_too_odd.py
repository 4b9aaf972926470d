"""Whatever stands in a file ends in an experiment or in problems, each in one line at its place."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import yaml
from experiment_text import WHOLE, told
from hypothesis import given
from hypothesis import strategies as st
from odd_files import PATIENT, assert_told, files, nearly, part, trees, words

from experiments.format.activity import read_activity
from experiments.format.check import check_experiment, unavailable
from experiments.format.document import Document, read_document
from experiments.format.problem import Problem, Severity
from experiments.format.reader import read_data
from experiments.library import OurLibrary
from experiments.model import Json

pytestmark = pytest.mark.properties

DATA: Json = yaml.safe_load(WHOLE)
TREES = trees(words(DATA))
ACTIVITY: Json = part(DATA, ("method", 0))


def judged(document: Document) -> list[Problem]:
    return [
        *check_experiment(document, OurLibrary(), deadline=3, which=lambda path: path),
        *unavailable(document, OurLibrary()),
    ]


def test_the_whole_format_is_good() -> None:
    assert told(WHOLE) == ["f:3:1: warning: 'version' has no effect in this version"]


@PATIENT
@given(TREES | nearly(DATA, TREES))
def test_no_tree_is_too_odd(data: Json) -> None:
    experiment, problems = read_data(data, "f")
    assert bool(experiment) is not any(each.severity is Severity.ERROR for each in problems)
    assert_told(problems)
    assert_told(judged(Document(file="f", data=data)))


@PATIENT
@given(TREES | nearly(ACTIVITY, TREES))
def test_no_activity_is_too_odd(data: Json) -> None:
    activity = read_activity(data, "changed")
    if isinstance(activity, list):
        assert any(each.severity is Severity.ERROR for each in activity)
        assert_told(activity)


@PATIENT
@given(files(WHOLE, TREES), st.sampled_from([".yaml", ".json"]), st.booleans())
def test_no_file_is_too_odd(content: bytes, suffix: str, as_chaos_toolkit: bool) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, f"experiment{suffix}")
        path.write_bytes(content)
        document = read_document(path, name="f", as_chaos_toolkit=as_chaos_toolkit)
    text = content.decode("utf-8-sig", errors="replace")
    if isinstance(document, Document):
        assert_told(judged(document), text)
    else:
        assert document
        assert_told(document, text)
