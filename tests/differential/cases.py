"""Words to write experiments with, as users of Chaos Toolkit do."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import Any

from differential.allowed import Difference

Data = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Case:
    """One experiment, how it is run, and the differences that are allowed for it."""

    experiment: Data
    allowed: tuple[Difference, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    vars: tuple[str, ...] = ()
    settings: Data = field(default_factory=dict)
    strategy: str = ""
    fail_fast: bool = False
    dry: str = ""
    anyhow: bool = False  #: run there although their validation refuses it (`--no-validation`)


def python(func: str, module: str = "extensions.deeds", secrets: Any = None, **arguments: Any) -> Data:
    provider: Data = {"type": "python", "module": module, "func": func, "arguments": arguments}
    return {**provider, "secrets": secrets} if secrets is not None else provider


def program(code: str, *arguments: Any, **more: Any) -> Data:
    return {"type": "process", "path": sys.executable, "arguments": ["-c", code, *arguments], **more}


def act(what: str = "act", **more: Any) -> Data:
    return {"type": "action", "name": more.pop("name", what), "provider": python("do", what=what), **more}


def ask(provider: Data, name: str = "ask", **more: Any) -> Data:
    return {"type": "probe", "name": name, "provider": provider, **more}


def give(value: Any, tolerance: Any = None, **more: Any) -> Data:
    probe = ask(python("give", value=value), name=more.pop("name", "give"), **more)
    return probe if tolerance is None else {**probe, "tolerance": tolerance}


def whole(*method: Data, probes: list[Data] | None = None, **more: Any) -> Data:
    steady = {} if probes is None else {"steady-state-hypothesis": {"title": "steady", "probes": probes}}
    return {"title": "t", "description": "d", **steady, "method": list(method), "rollbacks": [], **more}


BACK = act("back")
FAIL = {"type": "action", "name": "fail", "provider": python("fail")}
CRASH = {"type": "action", "name": "crash", "provider": python("crash")}
HOLDS = give(True, True, name="holds")
HOLDS_NOT = give(False, True, name="holds not")
RAISES = ask(python("fail"), name="raises", tolerance=True)
STOPS_HOLDING = ask(python("few", limit=2), name="few", tolerance=True)
