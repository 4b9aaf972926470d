"""Which controls stand where, each once by its name."""

from __future__ import annotations

from collections.abc import Sequence

from experiments.controls.hook import Level
from experiments.model import Control, Experiment


class Declared:
    """Those of the host come first and no file takes their names; of a file's, the nearest is meant.

    Chaos Toolkit calls some of them several times, those of the file before those of the host below the
    experiment, and those of the host not at all around the method and the rollbacks where a file has any.
    """

    def __init__(self, host: Sequence[Control], experiment: Experiment) -> None:
        self._host = tuple(host)
        self._experiment = experiment

    def at(self, level: Level, own: Sequence[Control]) -> list[Control]:
        """A control that is not automatic stands at the experiment itself, and where it is named."""
        file = self._experiment.controls
        nearer = {each.name for each in own}
        above = file if level is Level.EXPERIMENT else [each for each in file if each.automatic]
        return _once([*self._host, *(each for each in above if each.name not in nearer), *own])

    def in_the_file(self) -> list[Control]:
        """Of every level."""
        hypothesis = self._experiment.hypothesis
        nested = [each.controls for each in self._experiment.activities()]
        return _once(
            [
                *self._experiment.controls,
                *(hypothesis.controls if hypothesis else ()),
                *(control for controls in nested for control in controls),
            ]
        )

    def everywhere(self) -> list[Control]:
        """Of the host and of the file."""
        return _once([*self._host, *self.in_the_file()])


def _once(controls: Sequence[Control]) -> list[Control]:
    """Each by its name, the first of several."""
    found: dict[str, Control] = {}
    for control in controls:
        found.setdefault(control.name, control)
    return list(found.values())
