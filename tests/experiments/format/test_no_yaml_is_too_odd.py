"""Whatever YAML makes of a text, we make the same of it, or say what is different."""

from __future__ import annotations

import json

import pytest
import yaml
from experiment_text import WHOLE
from hypothesis import given
from hypothesis import strategies as st
from odd_files import PATIENT, assert_told, nearly_text
from odd_yaml import yaml_texts

from experiments.format.document import Document, parse_document
from experiments.format.problem import Severity
from experiments.model import Json

pytestmark = pytest.mark.properties
TEXTS = yaml_texts() | nearly_text(WHOLE)


@PATIENT
@given(TEXTS, st.booleans())
def test_every_problem_of_a_text_has_its_place(text: str, as_chaos_toolkit: bool) -> None:
    read = parse_document(text, name="f", as_chaos_toolkit=as_chaos_toolkit)
    if isinstance(read, Document):
        assert_told(read.warnings, text)
        json.dumps(read.data, allow_nan=False)
    else:
        assert any(each.severity is Severity.ERROR for each in read)
        assert_told(read, text)


@PATIENT
@given(TEXTS)
def test_a_text_without_a_warning_means_what_it_means_to_chaos_toolkit(text: str) -> None:
    read = parse_document(text, name="f", as_chaos_toolkit=True)
    if not isinstance(read, Document) or read.warnings:
        return
    try:
        theirs: Json = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, TypeError, KeyError, IndexError, AttributeError):
        return
    assert read.data == theirs
    assert json.dumps(read.data, sort_keys=True) == json.dumps(theirs, sort_keys=True)  # 1 is not 1.0 there
