"""The activities of a file: each one read in its place, and every `ref` replaced by what it names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from experiments.format.activity import INERT, KNOWN, OWN, read_manner, read_own
from experiments.format.expansion import Place
from experiments.format.findings import Findings
from experiments.format.items import Item, Section, activity_items
from experiments.format.problem import shown, suggestion
from experiments.format.tolerance import check_tolerance
from experiments.model import Activity, ActivityKind, Control, Json

_INERT_BESIDE_REF = tuple(key for key in (*KNOWN, *INERT) if key not in OWN)


def read_activities(
    findings: Findings, data: Mapping[str, Json], controls: Mapping[str, Control]
) -> dict[Section, tuple[Activity, ...]]:
    """The activities of each section, without those whose problems are in `findings`."""
    items = activity_items(dict(data))
    own = {
        item.place: read_own(findings, item.data, item.place, controls) for item in items if item.ref is None
    }
    names = _names(items)
    read: dict[Section, list[Activity]] = {section: [] for section in Section}
    for item in items:
        activity = own[item.place] if item.ref is None else _read_ref(findings, item, names, own)
        if isinstance(item.data, dict):
            activity = _in_section(findings, item, item.data, activity)
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


def _read_ref(
    findings: Findings, item: Item, names: Mapping[str, Place], own: Mapping[Place, Activity | None]
) -> Activity | None:
    """The activity it names, played as the item itself says."""
    data = findings.mapping(item.data, item.place, "an activity")
    if data is None:
        return None
    ref = findings.text(data, "ref", item.place, "a reference")
    findings.keys(data, item.place, OWN, _INERT_BESIDE_REF)
    if ref and ref not in names:
        near = suggestion(ref, names) or "; expected the name of an activity of this file"
        findings.error(f"no activity is named {shown(ref)}{near}", (*item.place, "ref"))
    target = own[names[ref]] if ref in names else None
    activity = read_manner(findings, data, item.place, target)
    if activity is None:
        return None
    source = {**activity.source, **{key: value for key, value in data.items() if key != "ref"}}
    return replace(activity, tolerance=data.get("tolerance", activity.tolerance), source=source)


def _in_section(
    findings: Findings, item: Item, data: dict[str, Json], activity: Activity | None
) -> Activity | None:
    """What depends on where it stands: the hypothesis judges everything, the rest what it is told to."""
    if item.section is Section.HYPOTHESIS:
        return _in_hypothesis(findings, item, data, activity)
    place = (*item.place, "tolerance")
    action = data.get("type") == ActivityKind.ACTION or bool(
        activity and activity.kind is ActivityKind.ACTION
    )
    if data.get("tolerance") is not None and not (action and item.section is Section.ROLLBACKS):
        check_tolerance(findings, data["tolerance"], place)
        return activity
    if "tolerance" in data:
        where = "on an action of the rollbacks" if data["tolerance"] is not None else "without a value"
        findings.warning_at_key(f"'tolerance' has no effect {where}", place)
    if activity is None or activity.tolerance is None or activity.until:
        return activity  # to wait for what it refers to is to judge it by the tolerance there
    return replace(activity, tolerance=None)


def _in_hypothesis(
    findings: Findings, item: Item, data: dict[str, Json], activity: Activity | None
) -> Activity | None:
    missing = "a probe of the hypothesis needs 'tolerance'; add what it must answer"
    if "tolerance" in data:
        check_tolerance(findings, data["tolerance"], (*item.place, "tolerance"))
    elif item.ref is None or (activity and activity.tolerance is None):
        findings.error(missing, item.place)
    if data.get("type") == ActivityKind.ACTION.value:
        message = "an action in the hypothesis; expected probes, which change nothing"
        findings.warning_at_key(message, item.place)
    return activity
