"""Files that are small to write and large to read end soon, small, and with a sentence (T07)."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from experiments.format.document import SIZE_LIMIT
from experiments.format.nodes import NODE_LIMIT

HERE = Path(__file__).parent
INNOCENT = Path(__file__).parents[3] / "experiments" / "catalog" / "health-http.yaml"
HEAD = "title: t\ndescription: d\n"
#: Room for what stands around the bomb itself.
FULL = SIZE_LIMIT - 1000
MANY = f"more than {NODE_LIMIT} keys and values; split the file"


def values(one: str) -> str:
    return f"{HEAD}method: []\nconfiguration: {{ a: [{one * (FULL // len(one))}] }}\n"


def value(long: str) -> str:
    return f"{HEAD}method: []\nconfiguration: {{ a: {long} }}\n"


def probe(name: str, more: str = "") -> str:
    return f"- {{ type: probe, name: {name}, provider: {{ type: python, module: m, func: f{more} }} }}\n"


#: Name -> text and, where it is refused, the word that says why.
BOMBS: Mapping[str, tuple[str, str]] = {
    "a-list-without-end.yaml": (values("1,"), MANY),
    "mappings-without-end.yaml": (values("{},"), MANY),
    "tags-without-end.yaml": (values("!x ,"), MANY),
    "deep-lists-without-end.yaml": (values(f"{'[' * 90}{']' * 90},"), MANY),
    "keys-without-end.yaml": (HEAD + "method: []\n" + "a: \n" * (FULL // 4), MANY),
    "activities-without-end.yaml": (f"{HEAD}method: [{'{},' * (FULL // 3)}]\n", MANY),
    "a-list-without-end.json": (
        f'{{"title": "t", "description": "d", "method": [], "tags": [{"1," * (FULL // 2)}1]}}',
        MANY,
    ),
    "a-file-without-end.yaml": (HEAD + "#" * (SIZE_LIMIT + 1), "larger than"),
    "a-word-without-end.yaml": (value("x" * FULL), ""),
    "digits-without-end.yaml": (value("9" * FULL), "finite number"),
    "digits-in-hex.yaml": (value("0x" + "f" * FULL), ""),
    "digits-in-binary.yaml": (value("0b" + "1" * FULL), ""),
    "digits-in-sixties.yaml": (value("1" + ":59" * (FULL // 3)), ""),
    "digits-in-octal.yaml": (value("0o" + "7" * FULL), ""),
    "a-pattern-that-repeats-itself.yaml": (
        f"{HEAD}method:\n- type: probe\n  name: n\n  provider: {{ type: http, url: 'http://a' }}\n"
        f"  tolerance: {{ type: regex, pattern: '{'(' * 2000}{')' * 2000}' }}\n",
        "regular expression",
    ),
    "names-that-are-nearly-right.yaml": (
        f"{HEAD}method:\n" + "".join(f"{probe(f'nam{n}e')}- ref: nam{n}\n" for n in range(2500)),
        "no activity is named",
    ),
    "groups-that-are-nearly-right.yaml": (
        f"{HEAD}method:\n"
        + "".join(probe(f"n{n}", f", secrets: [x{n}]") for n in range(1500))
        + "secrets:\n"
        + "".join(f"  g{n}: {{ a: 1 }}\n" for n in range(2500)),
        "no group of secrets",
    ),
    "keys-that-are-nearly-right.yaml": (
        f"{HEAD}method: []\n" + "".join(f"metho{n}: 1\n" for n in range(20_000)),
        "unknown key",
    ),
}


@pytest.fixture(scope="module")
def weighed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("bombs")
    for name, (text, _) in BOMBS.items():
        (folder / name).write_text(text)
    program = [sys.executable, str(HERE / "weighing.py"), str(INNOCENT)]
    bombs = [*map(str, sorted(folder.iterdir())), *map(str, sorted((HERE / "corpus").glob("t07-*")))]
    done = subprocess.run([*program, *bombs], capture_output=True, text=True, timeout=110, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_ends_soon_and_with_a_sentence(weighed: dict[str, Any], name: str) -> None:
    found = weighed["files"][name]
    assert any(BOMBS[name][1] in each for each in found["found"]) or not BOMBS[name][1], found
    assert found["seconds"] < 10, found  # 0.2 to 2 s on a quiet machine


def test_the_small_ones_are_over_at_once(weighed: dict[str, Any]) -> None:
    slow = {
        name: file["seconds"]
        for name, file in weighed["files"].items()
        if name.startswith("t07-") and file["seconds"] > 1
    }
    assert slow == {}


def test_all_of_them_together_need_little_memory(weighed: dict[str, Any]) -> None:
    assert weighed["mebibytes"] < 64
