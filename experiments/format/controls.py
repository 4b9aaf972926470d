"""The controls of a file: modules whose hooks are called around what they stand at, each by its name."""

from __future__ import annotations

from collections.abc import Mapping

from experiments.format.expansion import Place
from experiments.format.findings import Findings, found
from experiments.format.items import control_items
from experiments.format.problem import shown, suggestion
from experiments.model import Control, Json, PythonProvider, Scope

_KEYS = ("name", "provider", "scope", "automatic", "ref")
_PROVIDER_KEYS, _PROVIDER_INERT = ("type", "module", "arguments"), ("func", "secrets", "configuration")


def declared_controls(findings: Findings, data: Json) -> dict[str, Control]:
    """What a `ref` may name, from every level of the file; of two with one name the outer one is meant."""
    declared: dict[str, Control] = {}
    for place, item in control_items(data):
        if isinstance(item, dict) and item.get("ref") is None:
            control = _read_own(findings, item, place)
            if control is not None:
                declared.setdefault(control.name, control)
    return declared


def read_controls(
    findings: Findings, owner: Mapping[str, Json], place: Place, declared: Mapping[str, Control]
) -> tuple[Control, ...]:
    """The controls of one level, each `ref` replaced by what it names."""
    controls: list[Control] = []
    for index, item in enumerate(findings.optional_items(owner, "controls", place)):
        here = (*place, "controls", index)
        data = findings.mapping(item, here, "a control")
        if data is None:
            continue
        control = _read_own(findings, data, here)
        if data.get("ref") is not None:
            control = _read_ref(findings, data, here, declared)
        if control is not None:
            controls.append(control)
    return tuple(controls)


def read_named_controls(findings: Findings, value: Json, place: Place = ()) -> tuple[Control, ...]:
    """The controls of settings or of a control file: a mapping from their names to the rest."""
    named = findings.mapping(value, place, "controls, a name for each,")
    controls: list[Control] = []
    for name, item in (named or {}).items():
        data = findings.mapping(item, (*place, name), "a control")
        control = _read_own(findings, {**data, "name": name}, (*place, name)) if data is not None else None
        if control is not None:
            controls.append(control)
    return tuple(controls)


def _read_own(findings: Findings, data: dict[str, Json], place: Place) -> Control | None:
    """None where it is a reference, has an error, or nothing would ever call it."""
    if data.get("ref") is not None:
        return None
    findings.keys(data, place, _KEYS)
    name = findings.label(data, "name", place, "a control")
    scope, automatic = _scope(findings, data, place), _automatic(findings, data, place)
    if data.get("provider") is None:
        findings.error("a control needs 'provider'; add it", place)
        return None
    provider = _provider(findings, data["provider"], (*place, "provider"))
    if provider is None or not name:
        return None
    return Control(name=name, provider=provider, scope=scope, automatic=automatic, source=data)


def _read_ref(
    findings: Findings, data: dict[str, Json], place: Place, declared: Mapping[str, Control]
) -> Control | None:
    ref = findings.text(data, "ref", place, "a reference")
    findings.keys(data, place, ("ref",), inert=_KEYS)
    if ref and ref not in declared:
        near = suggestion(ref, declared) or "; expected the name of a control of this file"
        findings.error(f"no control is named {shown(ref)}{near}", (*place, "ref"))
    return declared.get(ref)


def _scope(findings: Findings, data: dict[str, Json], place: Place) -> Scope | None:
    if not data.get("scope"):
        return None
    return findings.choice(data, "scope", place, Scope, Scope.BEFORE)


def _automatic(findings: Findings, data: dict[str, Json], place: Place) -> bool:
    automatic = data.get("automatic", True)
    if not isinstance(automatic, bool):
        findings.surprising("automatic true or false", automatic, (*place, "automatic"))
    return bool(automatic)


def _provider(findings: Findings, value: Json, place: Place) -> PythonProvider | None:
    provider = findings.mapping(value, place, "provider")
    if provider is None:
        return None
    kind = findings.text(provider, "type", place, "a provider")
    if kind and kind != "python":
        message = f"expected a control's provider of type python, found {found(kind)}; it has no effect"
        findings.warning(message, (*place, "type"))
    if kind != "python":
        return None
    findings.keys(provider, place, _PROVIDER_KEYS, _PROVIDER_INERT)
    module = findings.text(provider, "module", place, "a python control")
    arguments = findings.optional_mapping(provider, "arguments", place)
    return PythonProvider(module=module, func="", arguments=arguments) if module else None
