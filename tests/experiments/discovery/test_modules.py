"""Any importable module tells its activities: by its own word, by its parts, or by its annotations."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from experiments.discovery.modules import Discovery, NotDiscovered, discover, importable, installed
from experiments.extension import GROUP, kind_of, probe
from experiments.model import ActivityKind

#: As extensions for Chaos Toolkit are written: old annotations, `__all__`, a `discover` of their own.
TOOLKIT: dict[str, str] = {
    "tillkit/__init__.py": """
from typing import List
from chaoslib.discovery.discover import discover_actions, initialize_discovery_result
from chaoslib.types import Discovery

def discover(discover_system: bool = True) -> Discovery:
    discovery = initialize_discovery_result("tillkit", "1", "tills")
    for module in ("tillkit.till.actions", "tillkit.till.probes"):
        discovery["activities"].extend(discover_actions(module))
    return discovery
""",
    "tillkit/till/__init__.py": "",
    "tillkit/till/actions.py": """
from typing import Any, Dict, List, Optional, Union
from chaoslib.types import Configuration, Secrets

__all__ = ["close_tills"]

def close_tills(
    stores: List[str],
    share: Optional[float] = 0.5,
    reason: str = None,
    when: Union[int, str] = 0,
    extra: Dict[str, Any] = None,
    configuration: Configuration = None,
    secrets: Secrets = None,
) -> List[str]:
    '''Close a share of the tills.

    Their names.
    '''

def helper(name: str) -> None:
    pass
""",
    "tillkit/till/probes.py": """
__all__ = ["count_tills"]

def count_tills(store):
    pass
""",
}
PARTS: dict[str, str] = {
    "shoplib/__init__.py": "def hello(name: str) -> str: ...",
    "shoplib/actions.py": "import os\ndef close(store: str) -> None: ...\ndef _inner(x: int) -> None: ...",
    "shoplib/deep/__init__.py": "",
    "shoplib/deep/probes.py": "from shoplib.actions import close\ndef is_open(store): ...",
    "shoplib/deep/other.py": "raise RuntimeError('not looked at')",
    "shoplib/broken/__init__.py": "raise RuntimeError('no licence')",
}
PLAIN: dict[str, str] = {
    "plainmod.py": """
from experiments.extension import probe
from pathlib import Path

@probe
def is_open(store: str) -> bool:
    'Whether it is.'

def close(store: str, *, share: float = 1) -> None: ...
def silent(store): ...
def _inner(store: str) -> None: ...
class Till: ...
""",
    "exits.py": "import sys; sys.exit(3)",
    "raises.py": "raise ValueError('no licence\\nat all')",
    "needs.py": "import nothing_of_that_name",
    "empty.py": "X = 1",
    "lies.py": """
def discover(discover_system=True):
    return {"activities": [{"mod": "lies", "name": "gone", "type": "action"}]}
""",
    "fails.py": "def discover(discover_system=True): raise OSError('no network')",
}
ALL = TOOLKIT | PARTS | PLAIN


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on the path with all these modules; they are forgotten afterwards."""
    for name, text in ALL.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        if name.partition(".")[0] in {each.partition("/")[0].removesuffix(".py") for each in ALL}:
            del sys.modules[name]


def kinds(found: Discovery) -> Mapping[str, str]:
    return {f"{each.module}.{each.name}": each.kind.value for each in found.activities}


def test_an_extension_for_chaos_toolkit_is_asked_by_its_own_discover() -> None:
    found = discover("tillkit")
    assert kinds(found) == {
        "tillkit.till.actions.close_tills": "action",
        "tillkit.till.probes.count_tills": "probe",
    }
    assert found.problems == []


def test_old_annotations_are_understood() -> None:
    (close,) = discover("tillkit.till.actions").activities
    assert {each.name: each.type for each in close.signature.given} == {
        "stores": "list of text",
        "share": "number or nothing",
        "reason": "text or nothing",
        "when": "whole number or text",
        "extra": "mapping or nothing",
    }
    assert close.signature.required == {"stores"}
    assert close.summary == "Close a share of the tills."
    assert str(close.returns) == "list of text"


def test_the_parts_of_a_package_are_found_at_any_depth_and_a_broken_one_is_told() -> None:
    found = discover("shoplib")
    assert kinds(found) == {"shoplib.actions.close": "action", "shoplib.deep.probes.is_open": "probe"}
    assert found.problems == ["shoplib.broken cannot be imported: RuntimeError: no licence"]


def test_the_public_annotated_functions_of_a_plain_module_are_activities() -> None:
    found = discover("plainmod")
    assert kinds(found) == {"plainmod.is_open": "probe", "plainmod.close": "action"}
    assert [each.name for each in found.activities[1].signature.given] == ["store", "share"]


def test_one_activity_has_a_name_too() -> None:
    assert kinds(discover("shoplib.deep.probes.is_open")) == {"shoplib.deep.probes.is_open": "probe"}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("exits", "exits cannot be imported: SystemExit: 3"),
        ("raises", "raises cannot be imported: ValueError: no licence at all"),
        ("needs", "needs cannot be imported: ModuleNotFoundError: No module named 'nothing_of_that_name'"),
        ("empty", "empty has no activities: expected public functions with annotations"),
        ("fails", "the discover() of fails failed: OSError: no network"),
        ("nothing.there", "no module 'nothing.there'; install what provides 'nothing'"),
        ("plainmod.clse", "no activity 'clse' in plainmod; did you mean 'close'?"),
        ("plainmod.close.deeper", "no module 'plainmod.close.deeper'"),
        ("raises.inner", "raises.inner cannot be imported: ValueError: no licence at all"),
        (".relative", "no module '.relative'; write its whole name"),
        ("", "no module ''; write its whole name"),
    ],
)
def test_what_cannot_be_told_is_one_sentence(name: str, said: str) -> None:
    with pytest.raises(NotDiscovered) as refused:
        discover(name)
    assert str(refused.value) == said


def test_a_discover_that_names_what_is_not_there_is_told() -> None:
    assert discover("lies").problems == ["lies has no function gone, which its discover() names"]


def test_installed_packages_say_where_their_activities_are(place: Path) -> None:
    folder = place / "shoplib-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: shoplib\nVersion: 1.0\n")
    (folder / "entry_points.txt").write_text(f"[{GROUP}]\nshop = shoplib\n")
    assert installed()["shop"] == "shoplib"
    assert importable("shop") == "shoplib"


def test_a_distribution_stands_for_its_module() -> None:
    assert importable("chaostoolkit-lib") == "chaoslib"
    assert importable("no-such-thing") == "no-such-thing"


def test_what_promises_nothing_is_an_action() -> None:
    def ask() -> bool:
        return True

    assert kind_of(ask, "shop") is ActivityKind.ACTION
    assert kind_of(ask, "shop.probes") is ActivityKind.PROBE
    assert kind_of(probe(ask), "shop.actions") is ActivityKind.PROBE
