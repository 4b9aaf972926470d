"""The hooks around the loading of an experiment: they may change what was read before it is judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace

from experiments.controls.controls import Controls, Facts
from experiments.controls.hook import Level
from experiments.engine.stop import Stop
from experiments.format.document import Document
from experiments.format.problem import Problem
from experiments.model import Control, Experiment, Json
from experiments.plain import plain
from experiments.policy import Policy

_NONE_YET = Experiment(title="", description="", hypothesis=None, method=())


def loaded(
    source: str,
    read: Callable[[], Document | list[Problem]],
    controls: Sequence[Control],
    *,
    policy: Policy,
    stop: Stop,
    warn: Callable[[str], None],
    settings: Mapping[str, Json] | None = None,
) -> Document | list[Problem]:
    """What `read` reads of the source, as the hooks leave it. Raises `Interrupted` where one ends the run.

    `settings` are those of Chaos Toolkit, for hooks that ask for them. Positions stay those of the file.
    """
    if not controls:
        return read()
    facts = Facts(settings=settings or {})
    around = Controls(controls, _NONE_YET, policy=policy, stop=stop, warn=warn, facts=facts)
    around.before(Level.LOADING, source)
    document = read()
    if not isinstance(document, Document):
        around.after(Level.LOADING, source, None)
        return document
    data = deepcopy(document.data)
    around.after(Level.LOADING, source, data)
    return replace(document, data=plain(data))
