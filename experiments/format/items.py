"""Where the activities and controls of a file stand, as the file has them: nothing is judged here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from experiments.format.expansion import Place
from experiments.model import Json


class Section(StrEnum):
    """The parts of an experiment that hold activities, in the order they are played."""

    HYPOTHESIS = "steady-state-hypothesis"
    METHOD = "method"
    ROLLBACKS = "rollbacks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry of a section."""

    section: Section
    place: Place
    data: Json

    @property
    def ref(self) -> Json:
        """What it refers to; None where it is an activity of its own."""
        return self.data.get("ref") if isinstance(self.data, dict) else None


def activity_items(data: Json) -> list[Item]:
    """Every entry of every section that is a list."""
    if not isinstance(data, dict):
        return []
    return [item for section in Section for item in _section_items(data, section)]


def configuration_probes(data: Json) -> Iterator[tuple[Place, dict[str, Json]]]:
    """The probes among the values of the configuration, asked before everything else."""
    configuration = data.get("configuration") if isinstance(data, dict) else None
    for name, value in configuration.items() if isinstance(configuration, dict) else ():
        if isinstance(value, dict) and value.get("type") == "probe":
            yield ("configuration", name), value


def provider_items(data: Json) -> Iterator[tuple[Place, dict[str, Json]]]:
    """Every provider that is a mapping: of activities, of the probes in their tolerances and in values."""
    for place, probe in configuration_probes(data):
        yield from _provider(probe, place)
    for item in activity_items(data):
        if not isinstance(item.data, dict):
            continue
        yield from _provider(item.data, item.place)
        tolerance = item.data.get("tolerance")
        if isinstance(tolerance, dict):
            yield from _provider(tolerance, (*item.place, "tolerance"))


def control_items(data: Json) -> Iterator[tuple[Place, Json]]:
    """Every control that is declared or referred to, the outermost level first."""
    if not isinstance(data, dict):
        return
    yield from _controls(data, ())
    yield from _controls(data.get(Section.HYPOTHESIS), (Section.HYPOTHESIS.value,))
    for item in activity_items(data):
        yield from _controls(item.data, item.place)


def _section_items(data: dict[str, Json], section: Section) -> list[Item]:
    place: Place = (section.value,)
    entries = data.get(section.value)
    if section is Section.HYPOTHESIS:
        entries = entries.get("probes") if isinstance(entries, dict) else None
        place = (*place, "probes")
    if not isinstance(entries, list):
        return []
    return [Item(section=section, place=(*place, index), data=entry) for index, entry in enumerate(entries)]


def _provider(owner: dict[str, Json], place: Place) -> Iterator[tuple[Place, dict[str, Json]]]:
    provider = owner.get("provider")
    if isinstance(provider, dict):
        yield (*place, "provider"), provider


def _controls(owner: Json, place: Place) -> Iterator[tuple[Place, Json]]:
    controls = owner.get("controls") if isinstance(owner, dict) else None
    for index, control in enumerate(controls if isinstance(controls, list) else ()):
        yield (*place, "controls", index), control
