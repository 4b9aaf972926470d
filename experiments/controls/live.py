"""The experiment as hooks see it: plain data that they may change while the run goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy

from experiments.model import Activity, Experiment, Json
from experiments.plain import plain

_HYPOTHESIS = "steady-state-hypothesis"


class Live:
    """Knows which activity stands behind each item, and reads those that a hook puts in."""

    def __init__(self, experiment: Experiment, warn: Callable[[str], None]) -> None:
        self.experiment: dict[str, Json] = deepcopy(dict(experiment.source))
        self._warn = warn
        probes = experiment.hypothesis.probes if experiment.hypothesis else ()
        self._known: list[tuple[Json, Activity]] = [
            *zip(self._items(_HYPOTHESIS), probes, strict=False),
            *zip(self._items("method"), experiment.method, strict=False),
            *zip(self._items("rollbacks"), experiment.rollbacks, strict=False),
        ]

    @property
    def hypothesis(self) -> Json:
        """What hooks around the hypothesis are given."""
        return self.experiment.get(_HYPOTHESIS)

    def activities(self, section: str, declared: Sequence[Activity]) -> Iterator[Activity]:
        """Those of the section in the order in which it stands while it is played."""
        items = self._items(section)
        if not items:
            yield from declared
        for item in items:  # also what is put in behind this one while it is played
            if (activity := self._activity(item)) is not None:
                yield activity

    def changed(self, activity: Activity, context: object) -> Activity | str:
        """The activity that a hook made of this one, or why it is none."""
        made = plain(context)
        if made == dict(activity.source):
            return activity
        from experiments.format.activity import read_activity  # brings YAML with it

        read = read_activity(made, activity.name)
        if not isinstance(read, list):
            return read
        return f"a control made of it what cannot be read: {'; '.join(each.message for each in read)}"

    def _activity(self, item: Json) -> Activity | None:
        for known, activity in self._known:
            if known is item:
                return activity
        from experiments.format.activity import read_activity  # brings YAML with it

        read = read_activity(plain(item), "what a control put in")
        if isinstance(read, list):
            said = "; ".join(each.message for each in read)
            self._warn(f"an activity that a control put in cannot be read and is left out: {said}")
            return None
        self._known.append((item, read))
        return read

    def _items(self, section: str) -> list[Json]:
        """The very list that hooks change."""
        found = self.experiment.get(section)
        if section == _HYPOTHESIS:
            found = found.get("probes") if isinstance(found, dict) else None
        return found if isinstance(found, list) else []
