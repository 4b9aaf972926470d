"""What an experiment declares for its activities to use: configuration and secrets, in shape only.

Nothing is looked up here: not the environment, no file, no Vault.
"""

from __future__ import annotations

from collections.abc import Mapping

from experiments.format.activity import read_own
from experiments.format.conversion import is_type, unknown_type
from experiments.format.expansion import Place
from experiments.format.findings import Findings, found
from experiments.format.items import configuration_probes
from experiments.format.problem import suggestion
from experiments.model import Json

_INERT_IN_PROBES = ("tolerance", "background", "controls")
#: What a mapping among the secrets may say of where the secret is; any other mapping is a group.
_SOURCES = ("env", "vault", "file")


def read_configuration(findings: Findings, data: dict[str, Json]) -> dict[str, Json]:
    """The values as the file has them; any mapping that names no source is a value itself."""
    configuration = findings.optional_mapping(data, "configuration", ())
    for name, value in configuration.items():
        place: Place = ("configuration", name)
        if isinstance(value, dict) and value.get("type") == "env":
            _check_variable(findings, value, place)
        elif isinstance(value, dict):
            _check_word(findings, value, place, ("env", "probe"), "a value as it stands")
    for place, probe in configuration_probes(data):
        for key in _INERT_IN_PROBES:
            if key in probe:
                findings.warning_at_key(f"{key!r} has no effect in the configuration", (*place, key))
        asked = {key: value for key, value in probe.items() if key not in _INERT_IN_PROBES}
        read_own(findings, {"name": place[-1], **asked}, place, {})
    return configuration


def read_secrets(findings: Findings, data: dict[str, Json]) -> dict[str, Json]:
    """The secrets as the file has them, in groups; no problem ever shows one."""
    value = data.get("secrets")
    if value is not None and not isinstance(value, dict):
        findings.error("expected secrets as a mapping", ("secrets",))  # what was found may be one
    secrets = value if isinstance(value, dict) else {}
    _check_secrets(findings, secrets, ("secrets",))
    return secrets


def _check_variable(findings: Findings, value: dict[str, Json], place: Place) -> None:
    findings.keys(value, place, ("type", "key", "default", "env_var_type"))
    findings.text(value, "key", place, "a value from the environment")
    type_name = value.get("env_var_type")
    if type_name is not None and not (isinstance(type_name, str) and is_type(type_name)):
        word = type_name if isinstance(type_name, str) else found(type_name)
        findings.error(unknown_type(word), (*place, "env_var_type"))


def _check_secrets(findings: Findings, secrets: Mapping[str, Json], place: Place) -> None:
    for name, value in secrets.items():
        if not isinstance(value, dict):
            continue
        inner = (*place, name)
        match value.get("type"):
            case "env":
                findings.keys(value, inner, ("type", "key"))
                _check_text(findings, value, "key", inner, "a secret from the environment")
            case "file":
                findings.keys(value, inner, ("type", "path"))
                _check_text(findings, value, "path", inner, "a secret from a file")
            case "vault":
                _check_vault(findings, value, inner)
            case _:
                _check_word(findings, value, inner, _SOURCES, "a group of secrets")
                _check_secrets(findings, value, inner)


def _check_vault(findings: Findings, value: dict[str, Json], place: Place) -> None:
    findings.keys(value, place, ("type", "path", "key"))
    _check_text(findings, value, "path", place, "a secret from Vault")
    if value.get("key") is not None:
        _check_text(findings, value, "key", place, "a secret from Vault")


def _check_text(findings: Findings, value: dict[str, Json], key: str, place: Place, what: str) -> None:
    """As `Findings.text`, and without showing what was found."""
    given = value.get(key)
    if given is None:
        findings.error(f"{what} needs {key!r}; add it", place)
    elif not isinstance(given, str) or not given.strip():
        findings.error(f"expected {key} as text", (*place, key))


def _check_word(
    findings: Findings, value: dict[str, Json], place: Place, known: tuple[str, ...], taken: str
) -> None:
    """A `type` that nearly names a source is read as what it is, and said to be."""
    word = value.get("type")
    if isinstance(word, str) and word not in known and (near := suggestion(word, known)):
        findings.warning(f"type {word!r} is no source, so this is {taken}{near}", (*place, "type"))
