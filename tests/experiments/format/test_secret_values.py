"""A secret is seen by the activity that is given it, and by nobody else."""

from __future__ import annotations

import copy
import json
import pickle
from base64 import b64encode, urlsafe_b64encode
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from experiments.format.redactor import Redactor
from experiments.format.secret import Secret
from experiments.format.secrets import Secrets, resolve_secrets
from experiments.model import Json

#: On a busy machine an example may take long.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

CANARY = 'c4nary/+"=\\\n é&'
DECLARED: dict[str, Json] = {
    "web": {"token": {"type": "env", "key": "TOKEN"}, "user": "jane"},
    "deep": {"er": {"pin": 12345}, "token": "second"},
}


def resolved() -> Secrets:
    secrets, problems = resolve_secrets(DECLARED, {"TOKEN": CANARY})
    assert problems == []
    return secrets


def test_a_secret_never_prints() -> None:
    secrets = resolved()
    branch = secrets.groups["web"]
    assert isinstance(branch, dict)
    token = branch["token"]
    shown = [repr(secrets), str(secrets), str(token), repr(token), f"{token}", f"{token:>40}"]
    assert all("c4nary" not in text for text in shown)


@pytest.mark.parametrize("write", [json.dumps, pickle.dumps, copy.deepcopy])
def test_a_secret_is_not_written_by_accident(write: object) -> None:
    assert callable(write)
    with pytest.raises(TypeError):
        write(Secret(CANARY))


def test_an_activity_is_given_its_groups_merged() -> None:
    assert resolved().group(("web",)) == {"token": CANARY, "user": "jane"}
    assert resolved().group(("web", "deep")) == {"token": "second", "user": "jane", "er": {"pin": 12345}}
    assert resolved().group(("unknown",)) == {}


def test_the_first_group_that_has_a_name_wins_in_substitution() -> None:
    assert resolved().names() == {"token": CANARY, "user": "jane", "er": {"pin": 12345}}


def test_every_absent_variable_is_one_sentence() -> None:
    declared: dict[str, Json] = {
        "a": {"b": {"c": {"type": "env", "key": "NOT_THERE"}}},
        "v": {"type": "vault", "path": "p"},
    }
    assert resolve_secrets(declared, {})[1] == [
        "secrets.a.b.c: the environment variable NOT_THERE is not set; set it",
        "secrets.v: Vault is not asked here; use type: env or type: file",
    ]


@pytest.mark.parametrize(
    "spelling",
    [
        CANARY,
        json.dumps(CANARY),
        json.dumps(CANARY, ensure_ascii=False),
        json.dumps({"in": ["a list", CANARY]}),
        repr(CANARY),
        quote(CANARY),
        quote(CANARY, safe=""),
        quote(CANARY, safe="").lower(),
        quote_plus(CANARY),
        b64encode(CANARY.encode()).decode(),
        urlsafe_b64encode(CANARY.encode()).decode(),
        b64encode(f"u:{CANARY}".encode()).decode(),
        b64encode(f"us:{CANARY}".encode()).decode(),
        b64encode(f"user:{CANARY}".encode()).decode(),
    ],
)
def test_no_spelling_of_a_secret_is_let_through(spelling: str) -> None:
    redacted = Redactor(resolved().values()).text(f"before {spelling} after")
    assert redacted.startswith("before ")
    assert redacted.endswith(" after")
    assert "***" in redacted
    for trace in ("c4nary", b64encode(CANARY.encode()).decode()[2:12]):
        assert trace not in redacted


def test_data_is_redacted_in_keys_values_and_numbers() -> None:
    redactor = Redactor(resolved().values())
    data: Json = {
        "out": [f"x{CANARY}", {CANARY: None}],
        "pin": 12345,
        "other": 1234,
        "flag": True,
        "jane": 1.5,
    }
    assert redactor.json(data) == {
        "out": ["x***", {"***": None}],
        "pin": "***",
        "other": 1234,
        "flag": True,
        "***": 1.5,
    }


def test_a_short_secret_is_masked_only_where_it_stands_alone() -> None:
    redactor = Redactor(["ab", ""])
    assert redactor.json(["ab", "abc", "", "cab"]) == ["***", "abc", "", "cab"]


def test_the_lines_of_a_long_secret_are_secrets() -> None:
    key = "-----BEGIN KEY-----\nMIIEowIBAAKCAQEA\nqwertyuiopasdfgh\n-----END KEY-----\n"
    assert Redactor([key]).text("log: qwertyuiopasdfgh.") == "log: ***."


def test_a_redactor_learns_more_secrets_and_forgets_none() -> None:
    first = Redactor(["one-secret"])
    both = first.knowing([{"deep": ["another-secret"]}, 12345])
    assert both.json(["one-secret", "another-secret", 12345]) == ["***", "***", "***"]
    assert first.text("another-secret") == "another-secret"
    assert both.knowing(["one-secret", None]) is both


@pytest.mark.parametrize("secret", ["caf\udce9-token", "half \ud800 of a pair"])
def test_a_secret_that_is_no_unicode_is_masked_all_the_same(secret: str) -> None:
    assert Redactor([secret]).text(f"<{secret}>") == "<***>"


def test_without_secrets_nothing_changes() -> None:
    assert Redactor().json({"a": ["x", 1, None]}) == {"a": ["x", 1, None]}


@PATIENT
@given(st.text(min_size=4), st.text(), st.text())
def test_a_secret_is_never_in_redacted_text(secret: str, before: str, after: str) -> None:
    redacted = Redactor([secret]).text(before + secret + after)
    assert secret not in redacted or secret in f"{before}***{after}"
