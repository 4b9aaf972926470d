"""A rights file is what the chart mounts, or it is refused in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from experiments.kubernetes.grants import Grant
from workers.account.file import read_rights
from workers.settings import SettingsError


@pytest.mark.parametrize(
    ("text", "rights"),
    [
        ("{}", {}),
        ("shop: []", {"shop": set()}),
        (
            "shop:\n  - { apiGroups: [''], resources: [pods], verbs: [get, list] }\n"
            "  - { apiGroups: [''], resources: [namespaces], verbs: [get], resourceNames: [shop] }",
            {
                "shop": {
                    Grant("", "pods", "get"),
                    Grant("", "pods", "list"),
                    Grant("", "namespaces", "get", "shop"),
                }
            },
        ),
    ],
)
def test_a_file_lists_rules_by_namespace(tmp_path: Path, text: str, rights: dict[str, set[Grant]]) -> None:
    file = tmp_path / "rights.yaml"
    file.write_text(text)
    assert read_rights(file) == rights


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "cannot be read"),
        ("", "the file is empty"),
        ("- a", "expected a mapping of namespaces to RBAC rules"),
        ("shop: {}", "shop: expected a list of RBAC rules, found {}"),
        ("shop: [pods]", "shop: expected a rule with apiGroups, resources, verbs"),
        ("shop: [{ apiGroups: [''], resources: pods, verbs: [get] }]", "as lists of words"),
        ("shop: [{ apiGroups: [''], resources: [pods], verbs: [get], verb: get }]", "shop: expected a rule"),
        ("a: [", "rights.yaml:1:"),
    ],
)
def test_any_other_file_is_refused_in_one_line(tmp_path: Path, text: str | None, said: str) -> None:
    file = tmp_path / "rights.yaml"
    if text is not None:
        file.write_text(text)
    with pytest.raises(SettingsError) as refused:
        read_rights(file)
    assert str(refused.value).startswith(f"COWBANE_RIGHTS_FILE: {file}")
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)
