"""Other people's modules are imported only when a check is asked to, and then it knows what theirs knows."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from types import ModuleType

import pytest
from chaoslib.exceptions import ChaosException
from chaoslib.experiment import ensure_experiment_is_valid
from experiment_text import HEAD, document

from experiments.format.check import check_experiment
from experiments.format.imported import Imported
from experiments.library import OurLibrary

MODULE = """
print("imported")

def act(a: int, b: str = "x", configuration=None, secrets=None): ...
def open_to_all(a, **more): ...
def behind(*, a): ...
def asks(configuration, secrets, a): ...
NUMBER = 3
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], str]:
    """Writes a module that can be imported, and forgets it afterwards."""
    monkeypatch.syspath_prepend(tmp_path)

    def write(name: str, text: str) -> str:
        (tmp_path / f"{name}.py").write_text(dedent(text))
        monkeypatch.delitem(sys.modules, name, raising=False)
        return name

    return write


def acting(provider: str) -> str:
    return f"{HEAD}method:\n- {{type: action, name: a,\n  provider: {{type: python, {provider}}}}}\n"


def told(text: str) -> list[str]:
    return [str(each) for each in check_experiment(document(text), OurLibrary(), foreign=Imported())]


def they_refuse(text: str) -> bool:
    try:
        ensure_experiment_is_valid(document(text).data)
    except (ChaosException, TypeError):
        return True
    return False


@pytest.mark.parametrize(
    ("provider", "lines"),
    [
        ("func: act, arguments: {a: 1}", []),
        ("func: act, arguments: {a: 1, b: y, secrets: {}}", []),
        ("func: act, arguments: {a: '${later}'}", []),
        ("func: open_to_all, arguments: {a: 1, z: 2}", []),
        ("func: behind, arguments: {a: 1}", []),
        ("func: asks, arguments: {a: 1}", []),
        ("func: act", ["f:5:13: act needs the argument 'a'; add it"]),
        ("func: asks", ["f:5:13: asks needs the argument 'a'; add it"]),
        ("func: act, arguments: {a: 1, c: 2}", [
            "f:5:76: act takes no argument 'c'; it takes a, b"
        ]),
        ("func: open_to_all, arguments: {z: 2}", ["f:5:77: open_to_all needs the argument 'a'; add it"]),
        ("func: akt, arguments: {a: 1}", ["f:5:53: no function 'akt' in somebodys; did you mean 'act'?"]),
        ("func: NUMBER", ["f:5:53: no function 'NUMBER' in somebodys"]),
    ],
)  # fmt: skip
def test_functions_and_arguments_are_those_of_the_module(
    module: Callable[[str, str], str], provider: str, lines: list[str]
) -> None:
    text = acting(f"module: {module('somebodys', MODULE)}, {provider}")
    assert told(text) == lines
    assert they_refuse(text) == bool(lines)


def test_an_argument_of_another_type_is_a_warning_of_what_may_go_wrong(
    module: Callable[[str, str], str],
) -> None:
    text = acting(f"module: {module('somebodys', MODULE)}, func: act, arguments: {{a: three}}")
    assert told(text) == ["f:5:73: warning: a: expected a whole number, found 'three'"]


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("import no_such_module_at_all", "ModuleNotFoundError: No module named 'no_such_module_at_all'"),
        ("raise ValueError('two\\nlines')", "ValueError: two lines"),
        ("raise SystemExit(3)", "it ended the process with 3"),
        ("def f(:", "SyntaxError: invalid syntax"),
        ("raise BaseException('odd')", "BaseException: odd"),
    ],
)
def test_a_module_that_cannot_be_imported_is_one_line_at_each_place(
    module: Callable[[str, str], str], code: str, why: str
) -> None:
    name = module("broken", code)
    text = acting(f"module: {name}, func: f") + "rollbacks:\n- {ref: a}\n"
    (line,) = told(text)
    assert line.startswith(f"f:5:36: module 'broken' cannot be imported: {why}")


def test_a_control_that_cannot_be_imported_is_a_warning(module: Callable[[str, str], str]) -> None:
    name = module("broken", "1 / 0")
    text = f"{HEAD}method: []\ncontrols: [{{name: c, provider: {{type: python, module: {name}}}}}]\n"
    assert told(text) == [
        "f:4:55: warning: module 'broken' cannot be imported: ZeroDivisionError: division by zero; "
        "a run goes on without the control"
    ]


def test_each_module_is_imported_once_and_what_it_prints_is_no_output(
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked: list[str] = []

    def load(name: str) -> ModuleType:
        asked.append(name)
        print("hello from", name)
        if name == "bad":
            raise ImportError("no")
        return ModuleType(name)

    imported = Imported(load)
    activities = "".join(
        f"- {{type: action, name: {name}{i}, provider: {{type: python, module: {name}, func: __repr__}}}}\n"
        for name in ("good", "bad")
        for i in range(3)
    )
    for _ in range(2):
        check_experiment(document(f"{HEAD}method:\n{activities}"), OurLibrary(), foreign=imported)
    assert asked == ["good", "bad"]
    assert capsys.readouterr().out == ""


def test_whoever_presses_control_c_during_an_import_is_heard() -> None:
    def load(name: str) -> object:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check_experiment(document(acting("module: m, func: f")), OurLibrary(), foreign=Imported(load))


def test_nothing_is_imported_unless_asked(module: Callable[[str, str], str]) -> None:
    name = module("untouched", "raise SystemExit(1)")
    text = (
        acting(f"module: {name}, func: f")
        + f"controls: [{{name: c, provider: {{type: python, module: {name}}}}}]\n"
    )
    assert check_experiment(document(text), OurLibrary()) == []
    assert name not in sys.modules


def test_our_own_names_are_never_imported_from_elsewhere(module: Callable[[str, str], str]) -> None:
    module("chaosk8s", "raise SystemExit(1)")
    text = acting("module: chaosk8s.pod.actions, func: terminate_pods, arguments: {label_selector: a}")
    assert told(text) == []
    assert "chaosk8s" not in sys.modules


def test_a_builtin_takes_what_it_takes() -> None:
    assert told(acting("module: builtins, func: max, arguments: {a: 1}")) == []
