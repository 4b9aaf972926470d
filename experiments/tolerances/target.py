"""The part of a value that a tolerance judges: all of it, or the field that `target` names."""

from __future__ import annotations

from dataclasses import dataclass

from experiments.shapes import is_mapping


@dataclass(frozen=True, slots=True)
class Targeted:
    """What is judged; `note` says that the target is not there."""

    value: object
    note: str = ""

    @property
    def missed(self) -> bool:
        """Whether a target was named that is not there."""
        return bool(self.note)


def targeted(value: object, target: object) -> Targeted:
    """The field; the whole value where there is no such field, as in Chaos Toolkit."""
    if not target:
        return Targeted(value)
    if is_mapping(value) and target in value:
        return Targeted(value[target])
    return Targeted(value, f", which has no {target!r}")
