"""Experiments and controls as their users write them."""

from __future__ import annotations

from experiments.format.reader import read_data
from experiments.model import Control, Experiment, Json, PythonProvider


def control(module: str, **said: Json) -> Control:
    return Control(
        name=module, provider=PythonProvider(module=f"extensions.{module}", func="", arguments=said)
    )


def read(*method: Json, **more: Json) -> Experiment:
    """As the file would say it, so that hooks find the data they expect."""
    data: dict[str, Json] = {"title": "t", "description": "d", "method": list(method), **more}
    found, problems = read_data(data, "test")
    assert found is not None, problems
    return found


def says(word: str, name: str = "", **more: Json) -> Json:
    return {"type": "action", "name": name or word, "provider": _world("say", word=word), **more}


def puts_out(light: str) -> Json:
    return {"type": "action", "name": "out", "provider": _world("put_out", name=light)}


def lit(light: str) -> Json:
    """A hypothesis."""
    probe: Json = {
        "type": "probe",
        "name": "on",
        "tolerance": True,
        "provider": _world("is_on", name=light),
    }
    return {"title": "lights", "probes": [probe]}


def named(module: str, keys: dict[str, Json] | None = None, **said: Json) -> Json:
    provider: Json = {"type": "python", "module": f"extensions.{module}", "arguments": said}
    return {"name": module, "provider": provider, **(keys or {})}


def _world(func: str, **arguments: Json) -> Json:
    return {"type": "python", "module": "cowbane.world", "func": func, "arguments": arguments}
