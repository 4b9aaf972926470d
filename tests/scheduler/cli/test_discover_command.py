"""`cowbane discover`: what there is to do and to ask, for people, programs and pages."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from experiments.discovery.ours import ours
from experiments.discovery.page import UNDOS
from experiments.extension import GROUP
from experiments.faults.intent import UndoKind
from scheduler.cli.discover import discover

MODULE = """
print("hello from an import")

def close(store: str, share: float = 0.5) -> list[str]:
    'Close a share | of the tills.'
"""


def told(*arguments: str) -> Result:
    return CliRunner().invoke(discover, arguments)


@pytest.fixture
def tillmod(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    (tmp_path / "tillmod.py").write_text(MODULE)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    sys.modules.pop("tillmod", None)


def test_without_a_module_every_activity_that_is_known_is_listed() -> None:
    text = " ".join(told().stdout.split())
    assert all(each.module in text and each.name in text for each in ours())
    assert "terminate_pods action Delete pods: all that match" in text
    assert "not in this version: cordon_node, create_node, delete_nodes, drain_nodes" in text


@pytest.mark.parametrize("arguments", [(), ("chaosk8s",), ("chaosistio.fault.actions",), ("cowbane",)])
def test_a_table_fits_a_hundred_columns(arguments: tuple[str, ...]) -> None:
    assert max(map(len, told(*arguments).stdout.splitlines())) <= 100


def test_a_function_of_ours_tells_arguments_answer_undo_and_rights() -> None:
    lines = told("chaosistio.fault.actions.add_delay_fault").stdout.splitlines()
    assert [line.rstrip() for line in lines] == [
        "chaosistio.fault.actions",
        "  add_delay_fault (action)",
        "    Hold up a share of the requests to these destinations; all without a percentage.",
        "    argument              takes              default",
        "    virtual_service_name  text               required",
        "    fixed_delay           text               required",
        "    routes                list of mapping    required",
        "    percentage            number or nothing  optional",
        '    ns                    text               "default"',
        '    version               text               "networking.istio.io/v1alpha3"',
        "    answers: mapping",
        "    It is undone by itself: the route gets back what it had before.",
        "    It needs the right to get, patch virtualservices.networking.istio.io in the namespace of its",
        "    target; its undo also to list virtualservices.networking.istio.io.",
    ]


def test_json_has_chaos_toolkits_shape(tillmod: Path) -> None:
    assert json.loads(told("tillmod", "--output", "json").stdout) == {
        "activities": [
            {
                "type": "action",
                "name": "close",
                "mod": "tillmod",
                "doc": "Close a share | of the tills.",
                "arguments": [
                    {"name": "store", "type": "string", "takes": "text", "optional": False},
                    {"name": "share", "type": "number", "takes": "number", "optional": True, "default": 0.5},
                ],
                "available": True,
                "return_type": "list",
            }
        ]
    }


def test_yaml_says_the_same_as_json() -> None:
    as_json = json.loads(told("chaosk8s", "--output", "json").stdout)
    assert yaml.safe_load(told("chaosk8s", "--output", "yaml").stdout) == as_json
    assert {each["available"] for each in as_json["activities"]} == {True, False}


def test_a_page_has_a_section_for_each_activity(tillmod: Path) -> None:
    assert told("tillmod", "--output", "page").stdout.splitlines() == [
        "# Activities of tillmod",
        "",
        "## tillmod",
        "",
        "### close (action)",
        "",
        "Close a share | of the tills.",
        "",
        "| argument | takes | default |",
        "|---|---|---|",
        "| `store` | text | required |",
        "| `share` | number | `0.5` |",
        "",
        "It answers: list of text.",
    ]


def test_the_page_of_all_names_every_activity_once() -> None:
    lines = told("--output", "page").stdout.splitlines()
    sections = [line.removeprefix("### ").partition(" ")[0] for line in lines if line.startswith("### ")]
    assert sorted(sections) == sorted(each.name for each in ours())
    assert "### drain_nodes (action, not in this version)" in lines


def test_every_kind_of_undo_has_its_sentence() -> None:
    assert set(UNDOS) == set(UndoKind)


def test_what_an_extension_declares_is_listed_and_a_broken_one_is_a_warning(tillmod: Path) -> None:
    folder = tillmod / "tills-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: tills\nVersion: 1.0\n")
    (folder / "entry_points.txt").write_text(f"[{GROUP}]\ntills = tillmod\ngone = not_there\n")
    done = told()
    assert "tillmod\n  close  action  Close a share | of the tills." in done.stdout
    assert "Warning: no module 'not_there'; install what provides 'not_there'" in done.stderr
    assert "tillmod" in told("tills").stdout


def test_a_module_that_prints_while_it_is_imported_does_not_spoil_the_answer(tillmod: Path) -> None:
    done = told("tillmod", "--output", "json")
    assert json.loads(done.stdout)
    assert "hello from an import" in done.stderr


@pytest.mark.parametrize(
    ("module", "said"),
    [
        (
            "chaosk8s.pods",
            "Error: no module or activity 'chaosk8s.pods' in the library; did you mean 'chaosk8s.pod'?",
        ),
        (
            "choask8s.pod.actions",
            "Error: no module 'choask8s.pod.actions'; install what provides 'choask8s'; "
            "did you mean 'chaosk8s.pod.actions'?",
        ),
        ("tillmod.clse", "Error: no activity 'clse' in tillmod; did you mean 'close'?"),
        ("json.decoder.JSONDecodeErr", "Error: no activity 'JSONDecodeErr' in json.decoder"),
    ],
)
def test_a_name_that_leads_nowhere_is_one_line(tillmod: Path, module: str, said: str) -> None:
    done = told(module)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.removeprefix("hello from an import\n") == f"{said}\n"
