"""What a provider needs besides the activity."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from experiments.chance import Draw
from experiments.clock import Clock
from experiments.engine.stop import Stop
from experiments.faults.injection import StepFaults
from experiments.format.secrets import Secrets
from experiments.format.substitution import substitute
from experiments.model import Json
from experiments.policy import Policy

#: An activity of our library, by its module and function; None for any other.
Resolve = Callable[[str, str], "Callable[..., Any] | None"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """The same for every activity of one run."""

    stop: Stop
    clock: Clock
    policy: Policy
    resolve: Resolve
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    configuration: Mapping[str, Json] = field(default_factory=dict[str, Json])
    secrets: Secrets = field(default_factory=lambda: Secrets({}))
    #: What `${name}` may stand for, secrets revealed.
    names: Mapping[str, Json] = field(default_factory=dict[str, Json])
    #: Chaos Toolkit's settings, for modules that ask its library for them.
    settings: Mapping[str, Json] = field(default_factory=dict[str, Json])
    #: Outputs that activities saved so far, by name; the run adds to it.
    saved: Mapping[str, Json] = field(default_factory=dict[str, Json])
    #: What library functions may ask for by the type of a keyword-only parameter.
    injectables: Mapping[type, object] = field(default_factory=dict[type, object])

    def substituted(self, value: Json) -> Json:
        """The value with every `${name}` replaced."""
        return substitute(value, self.names, self.saved)

    def arguments(self, given: Json) -> Json:
        """As `substituted`; where nothing has a name even `$$` stays as it is, as in Chaos Toolkit."""
        return self.substituted(given) if self.names or self.saved else given


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Where in the run an activity stands: its own faults and its own chance."""

    name: str
    faults: StepFaults
    draw: Draw
