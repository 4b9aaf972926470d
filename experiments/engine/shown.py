"""The experiment as the journal shows it."""

from __future__ import annotations

from experiments.engine.running import Running
from experiments.format.substitution import substitute
from experiments.model import Json


def shown_experiment(running: Running) -> dict[str, Json]:
    """The file as it was, its title with the configuration's values, never with a secret's."""
    title = substitute(running.experiment.title, running.phase.around.configuration)
    shown = running.redactor.json(dict(running.experiment.source))
    source = shown if isinstance(shown, dict) else {}
    return {**source, "title": running.redactor.json(title)}  # under its name, whatever is a secret
