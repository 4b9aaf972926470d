"""One activity: every key it may have, wherever in the file it stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from experiments.format.controls import read_controls
from experiments.format.document import Document
from experiments.format.expansion import Place
from experiments.format.findings import Findings
from experiments.format.problem import Problem, shown, suggestion
from experiments.format.providers import read_provider
from experiments.format.runtime import read_dry
from experiments.format.tolerance import check_tolerance
from experiments.format.waiting import read_pauses, read_timeout, read_until
from experiments.model import Activity, ActivityKind, Control, Json, Until

#: What an item that refers to another one may say for itself; its `type` only repeats that of the other.
OWN = ("ref", "type", "tolerance", "background", "pauses", "timeout", "until", "save_as", "dry")
KNOWN = (*OWN, "name", "provider", "controls")
INERT = ("configuration", "secrets")
_NAME = re.compile(r"[_a-zA-Z][_a-zA-Z0-9]*")


def read_activity(data: Json, name: str) -> Activity | list[Problem]:
    """The activity that plain data describes, or every reason why it is none.

    For what is no item of a section: a probe among the values of the configuration, an activity that a
    control changed. Problems name `name` as their file.
    """
    findings = Findings(Document(file=name, data=data))
    activity = read_own(findings, data, (), {})
    if activity and activity.tolerance is not None:
        check_tolerance(findings, activity.tolerance, ("tolerance",))
    return findings.problems() if activity is None or findings.failed() else activity


def read_own(
    findings: Findings, value: Json, place: Place, controls: Mapping[str, Control]
) -> Activity | None:
    """The activity, its tolerance as the file has it, or None when its problems are in `findings`."""
    data = findings.mapping(value, place, "an activity")
    if data is None:
        return None
    findings.keys(data, place, KNOWN, INERT)
    return read_manner(findings, data, place, _read_core(findings, data, place, controls))


def read_manner(
    findings: Findings, data: dict[str, Json], place: Place, activity: Activity | None
) -> Activity | None:
    """The activity, of which `data` says how it is played: what it does not say stays, but `background`."""
    background, pauses = _background(findings, data, place), read_pauses(findings, data, place)
    timeout, until = read_timeout(findings, data, place), _until(findings, data, place, activity)
    save_as, dry = _save_as(findings, data, place), read_dry(findings, data, place)
    if activity is None:
        return None
    return replace(
        activity,
        background=background,
        pauses=pauses if data.get("pauses") is not None else activity.pauses,
        timeout=activity.timeout if timeout is None else timeout,
        until=until or activity.until,
        save_as=save_as or activity.save_as,
        dry=dry or activity.dry,
    )


def _read_core(
    findings: Findings, data: dict[str, Json], place: Place, declared: Mapping[str, Control]
) -> Activity | None:
    """What it does."""
    kind, name = _kind(findings, data, place), findings.label(data, "name", place, "an activity")
    controls = read_controls(findings, data, place, declared)
    if "provider" not in data:
        findings.error("an activity needs 'provider'; add it", place)
        return None
    provider = read_provider(findings, data["provider"], (*place, "provider"))
    if kind is None or provider is None:
        return None
    return Activity(
        kind=kind,
        name=name,
        provider=provider,
        tolerance=data.get("tolerance"),
        controls=controls,
        source=_source(data, controls),
    )


def _source(data: dict[str, Json], controls: tuple[Control, ...]) -> dict[str, Json]:
    """The activity as the file has it, with what its controls refer to in their place."""
    items = data.get("controls")
    given = items if isinstance(items, list) else []
    refers = any(isinstance(each, dict) and "ref" in each for each in given)
    return {**data, "controls": [dict(each.source) for each in controls]} if refers else data


def _kind(findings: Findings, data: dict[str, Json], place: Place) -> ActivityKind | None:
    kind = findings.text(data, "type", place, "an activity")
    known = [each.value for each in ActivityKind]
    if kind in known:
        return ActivityKind(kind)
    if kind:
        near = suggestion(kind, known)
        findings.error(f"expected type probe or action, found {shown(kind)}{near}", (*place, "type"))
    return None


def _background(findings: Findings, data: dict[str, Json], place: Place) -> bool:
    background = data.get("background", False)
    if isinstance(background, bool):
        return background
    findings.expected("background true or false", background, (*place, "background"))
    return False


def _until(
    findings: Findings, data: dict[str, Json], place: Place, activity: Activity | None
) -> Until | None:
    if data.get("until") is None:
        return None
    if activity and activity.kind is ActivityKind.ACTION:
        findings.error_at_key("'until' is for probes; an action would be done again", (*place, "until"))
    elif activity and activity.tolerance is None and data.get("tolerance") is None:
        message = "'until' needs a tolerance; add what the probe must answer"
        findings.error_at_key(message, (*place, "until"))
    return read_until(findings, data["until"], (*place, "until"), "until as")


def _save_as(findings: Findings, data: dict[str, Json], place: Place) -> str:
    name = data.get("save_as")
    if name is None:
        return ""
    if isinstance(name, str) and _NAME.fullmatch(name):
        return name
    findings.expected("a name of letters, digits and _", name, (*place, "save_as"))
    return ""
