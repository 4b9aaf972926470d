"""The activities of a file: each one read in its place, and every `ref` replaced by what it names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from experiments.format.expansion import Place
from experiments.format.findings import Findings, is_number
from experiments.format.items import Item, Section, activity_items
from experiments.format.problem import shown, suggestion
from experiments.format.providers import read_provider
from experiments.format.substitution import is_reference
from experiments.format.tolerance import check_tolerance
from experiments.model import Activity, ActivityKind, Json, Pauses

_KNOWN = ("type", "name", "provider", "tolerance", "background", "pauses", "ref")
_INERT = ("controls", "dry", "timeout", "configuration", "secrets")
#: What an item that refers to another one says for itself; its `type` only repeats that of the other.
_OWN = ("ref", "type", "tolerance", "background", "pauses")


def read_activities(findings: Findings, data: Mapping[str, Json]) -> dict[Section, tuple[Activity, ...]]:
    """The activities of each section, without those whose problems are in `findings`."""
    items = activity_items(dict(data))
    own = {item.place: _read_own(findings, item) for item in items if item.ref is None}
    names = _names(items)
    read: dict[Section, list[Activity]] = {section: [] for section in Section}
    for item in items:
        activity = own[item.place] if item.ref is None else _read_ref(findings, item, names, own)
        if activity:
            read[item.section].append(activity)
    return {section: tuple(activities) for section, activities in read.items()}


def _names(items: list[Item]) -> dict[str, Place]:
    """What a `ref` may name; the hypothesis wins over the method, and the later over the earlier."""
    places: dict[str, Place] = {}
    for section in (Section.ROLLBACKS, Section.METHOD, Section.HYPOTHESIS):
        for item in items:
            name = item.data.get("name") if isinstance(item.data, dict) and item.ref is None else None
            if item.section is section and isinstance(name, str):
                places[name] = item.place
    return places


def _read_own(findings: Findings, item: Item) -> Activity | None:
    data = findings.mapping(item.data, item.place, "an activity")
    if data is None:
        return None
    findings.keys(data, item.place, _KNOWN, _INERT)
    _check_section(findings, item, data)
    timeout = data.get("timeout")
    if timeout is not None and not is_number(timeout):
        findings.expected("timeout in seconds", timeout, (*item.place, "timeout"))
    kind = _kind(findings, data, item.place)
    name = findings.text(data, "name", item.place, "an activity")
    if "provider" not in data:
        findings.error("an activity needs 'provider'; add it", item.place)
        return None
    provider = read_provider(findings, data["provider"], (*item.place, "provider"))
    background, pauses = _background(findings, data, item.place), _pauses(findings, data, item.place)
    if kind is None or provider is None:
        return None
    return Activity(
        kind=kind,
        name=name,
        provider=provider,
        tolerance=data.get("tolerance"),
        background=background,
        pauses=pauses,
        source=data,
    )


def _read_ref(
    findings: Findings, item: Item, names: Mapping[str, Place], own: Mapping[Place, Activity | None]
) -> Activity | None:
    data = findings.mapping(item.data, item.place, "an activity")
    if data is None:
        return None
    ref = findings.text(data, "ref", item.place, "a reference")
    findings.keys(data, item.place, _OWN, inert=tuple(key for key in (*_KNOWN, *_INERT) if key not in _OWN))
    background, pauses = _background(findings, data, item.place), _pauses(findings, data, item.place)
    if ref not in names:
        if ref:
            near = suggestion(ref, names) or "; expected the name of an activity of this file"
            findings.error(f"no activity is named {shown(ref)}{near}", (*item.place, "ref"))
        return None
    target = own[names[ref]]
    _check_section(findings, item, data, target)
    if target is None:
        return None
    return replace(
        target,
        tolerance=data.get("tolerance", target.tolerance),
        background=background,
        pauses=pauses if "pauses" in data else target.pauses,
        source={**target.source, **{key: value for key, value in data.items() if key != "ref"}},
    )


def _check_section(
    findings: Findings, item: Item, data: Mapping[str, Json], target: Activity | None = None
) -> None:
    """What depends on where the activity stands: only the hypothesis judges, and it judges everything."""
    if item.section is not Section.HYPOTHESIS:
        if "tolerance" in data:
            message = "'tolerance' has no effect outside the hypothesis"
            findings.warning_at_key(message, (*item.place, "tolerance"))
        return
    if "tolerance" in data:
        check_tolerance(findings, data["tolerance"], (*item.place, "tolerance"))
    elif target is None or target.tolerance is None:
        findings.error("a probe of the hypothesis needs 'tolerance'; add what it must answer", item.place)
    if data.get("background") is True:
        message = "'background' has no effect in the hypothesis"
        findings.warning_at_key(message, (*item.place, "background"))
    if data.get("type") == ActivityKind.ACTION.value:
        findings.warning_at_key(
            "an action in the hypothesis; expected probes, which change nothing", item.place
        )


def _kind(findings: Findings, data: Mapping[str, Json], place: Place) -> ActivityKind | None:
    kind = findings.text(data, "type", place, "an activity")
    known = [each.value for each in ActivityKind]
    if kind in known:
        return ActivityKind(kind)
    if kind:
        near = suggestion(kind, known)
        findings.error(f"expected type probe or action, found {shown(kind)}{near}", (*place, "type"))
    return None


def _background(findings: Findings, data: Mapping[str, Json], place: Place) -> bool:
    background = data.get("background", False)
    if isinstance(background, bool):
        return background
    findings.expected("background true or false", background, (*place, "background"))
    return False


def _pauses(findings: Findings, data: Mapping[str, Json], place: Place) -> Pauses:
    value = data.get("pauses")
    if value is None:
        return Pauses()
    pauses = findings.mapping(value, (*place, "pauses"), "pauses")
    if pauses is None:
        return Pauses()
    findings.keys(pauses, (*place, "pauses"), ("before", "after"))
    for key in ("before", "after"):
        if not _is_pause(pauses.get(key)):
            findings.expected(f"{key} in seconds, or ${{name}}", pauses[key], (*place, "pauses", key))
    return Pauses(before=pauses.get("before"), after=pauses.get("after"))


def _is_pause(value: Json) -> bool:
    return value is None or is_reference(value) or (is_number(value) and float(str(value)) >= 0)
