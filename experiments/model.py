"""The nouns of an experiment: what a file in the Chaos Toolkit format says, once it is read.

Values only. A `ref` is already resolved here, a `${name}` is not: substitution happens when the
activity runs, because configuration may come from the environment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


class Outcome(StrEnum):
    """How a run ended; exactly one of these (DESIGN D2)."""

    PASSED = "passed"  #: the hypothesis held before and after, or there was none to judge
    DEVIATED = "deviated"  #: the hypothesis held before and does not hold now
    BASELINE_NOT_MET = "baseline-not-met"  #: the hypothesis did not hold before; nothing was injected
    PROBE_ERROR = "probe-error"  #: a probe could not be asked
    ACTION_ERROR = "action-error"  #: an action could not be done
    INTERRUPTED = "interrupted"  #: stopped by a signal, a deadline, a halt or a lost lease
    ERROR = "error"  #: anything else, e.g. somebody removed the fault meanwhile
    LOST = "lost"  #: the process that ran it died; somebody else undid and closed it


class ActivityKind(StrEnum):
    """What an activity does: ask or act."""

    PROBE = "probe"
    ACTION = "action"


class RollbackStrategy(StrEnum):
    """When the declared rollbacks are played; the inverse of our own faults always is."""

    DEFAULT = "default"  #: unless nothing was injected
    ALWAYS = "always"
    NEVER = "never"
    DEVIATED = "deviated"


class HypothesisStrategy(StrEnum):
    """When the hypothesis is asked."""

    DEFAULT = "default"  #: before and after the method
    BEFORE = "before-method-only"
    AFTER = "after-method-only"
    DURING = "during-method-only"
    CONTINUOUSLY = "continuously"  #: before, during and after
    SKIP = "skip"


class DryMode(StrEnum):
    """What a dry run leaves out, in Chaos Toolkit's words; our own `--dry` leaves out mutations only."""

    PROBES = "probes"
    ACTIONS = "actions"
    ACTIVITIES = "activities"
    PAUSE = "pause"


class Scope(StrEnum):
    """On which side of what it is around a control is called; without one on both."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonProvider:
    """A function of a module."""

    module: str
    func: str
    arguments: Mapping[str, Json] = field(default_factory=dict[str, Json])
    secrets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessProvider:
    """A program with arguments; never a shell in a worker."""

    path: str
    arguments: list[Json] | dict[str, Json] | str = field(default_factory=list)
    timeout: Json = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpProvider:
    """An HTTP request."""

    url: str
    method: str = "GET"
    headers: Mapping[str, Json] = field(default_factory=dict[str, Json])
    #: The query of a GET, else the body: a form, text, or any data where the request says it is JSON.
    arguments: Json = None
    timeout: Json = None
    verify_tls: Json = True
    max_retries: int = 0


Provider: TypeAlias = PythonProvider | ProcessProvider | HttpProvider


@dataclass(frozen=True, slots=True, kw_only=True)
class Pauses:
    """Seconds to wait around an activity; numbers, or text to substitute."""

    before: Json = None
    after: Json = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """A module whose hooks are called around what it stands at; the engine never imports it itself."""

    name: str
    provider: PythonProvider
    scope: Scope | None = None
    #: False: only where an activity names it, not at every level below the one that declares it.
    automatic: bool = True
    source: Mapping[str, Json] = field(default_factory=dict[str, Json])


@dataclass(frozen=True, slots=True, kw_only=True)
class Until:
    """How long, and how often, something is asked again until it holds; seconds."""

    timeout: float
    every: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """One probe or action. `tolerance` is the file's value; None where it has none."""

    kind: ActivityKind
    name: str
    provider: Provider
    tolerance: Json = None
    background: bool = False
    pauses: Pauses = Pauses()
    #: Seconds, a number or text to substitute; the activity is ended then, whatever its provider.
    timeout: Json = None
    #: A probe is asked again until its tolerance holds.
    until: Until | None = None
    #: The name under which later activities find its output, as `${name}` or `${name.key}`.
    save_as: str = ""
    dry: DryMode | None = None
    controls: tuple[Control, ...] = ()
    #: The activity as the file has it (a `ref` already replaced); what the journal shows.
    source: Mapping[str, Json] = field(default_factory=dict[str, Json])


@dataclass(frozen=True, slots=True, kw_only=True)
class Hypothesis:
    """The steady state: probes, each with a tolerance."""

    title: str
    probes: tuple[Activity, ...]
    controls: tuple[Control, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """How the run goes; every value but the strategies is ours and optional."""

    hypothesis: HypothesisStrategy = HypothesisStrategy.DEFAULT
    rollbacks: RollbackStrategy = RollbackStrategy.DEFAULT
    #: Seconds between the end of one look and the start of the next, during the method.
    frequency: float = 1.0
    #: End the method, and its running activity, once this many percent of the looks did not hold;
    #: None never does, 0 with the first.
    fail_fast: float | None = None
    #: One more look after the undo, repeated until it holds.
    recovered: Until | None = None
    #: Seconds; the longest duration of a run of this file.
    deadline: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """An experiment file, read and checked."""

    title: str
    description: str
    hypothesis: Hypothesis | None
    method: tuple[Activity, ...]
    rollbacks: tuple[Activity, ...] = ()
    configuration: Mapping[str, Json] = field(default_factory=dict[str, Json])
    secrets: Mapping[str, Json] = field(default_factory=dict[str, Json])
    tags: tuple[str, ...] = ()
    runtime: Runtime = Runtime()
    dry: DryMode | None = None
    controls: tuple[Control, ...] = ()
    #: What extensions say of themselves; nothing here reads it, controls are given it.
    extensions: tuple[Json, ...] = ()
    #: Which property it contributes to, and how much: for reports.
    contributions: Mapping[str, Json] = field(default_factory=dict[str, Json])
    #: The whole file as plain data: the journal's `experiment`.
    source: Mapping[str, Json] = field(default_factory=dict[str, Json])

    def activities(self) -> tuple[Activity, ...]:
        """Every activity of the file, in its order: hypothesis, method, rollbacks."""
        probes = self.hypothesis.probes if self.hypothesis else ()
        return (*probes, *self.method, *self.rollbacks)
