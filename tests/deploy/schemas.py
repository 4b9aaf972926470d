"""Kubernetes' own API description as kubeconform reads it: one file per kind, unknown fields refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

DEFINITIONS = "_definitions.json"

#: Where kubeconform looks a kind up, in the folder of `write_schemas`.
LOCATION = "{{.ResourceKind}}{{.KindSuffix}}.json"


def write_schemas(swagger: Path, folder: Path) -> None:
    """A schema for each kind of the API in the folder; `swagger` is the OpenAPI v2 document of a release."""
    definitions = json.loads(swagger.read_text())["definitions"]
    strict = {name: _strict(definition) for name, definition in definitions.items()}
    (folder / DEFINITIONS).write_text(json.dumps({"definitions": strict}))
    for name, definition in definitions.items():
        for kind in definition.get("x-kubernetes-group-version-kind", ()):
            schema = {"$ref": f"{DEFINITIONS}#/definitions/{name}"}
            (folder / f"{_file_name(kind)}.json").write_text(json.dumps(schema))


def _file_name(kind: dict[str, str]) -> str:
    group = kind["group"].partition(".")[0]
    return "-".join(word for word in (kind["kind"].lower(), group, kind["version"]) if word)


def _strict(schema: dict[str, Any]) -> dict[str, Any]:
    """No field beyond those of the description; what may be a number or a text may be either."""
    if schema.get("format") == "int-or-string" or schema.get("description", "").startswith("Quantity is a "):
        return {"oneOf": [{"type": "string"}, {"type": "number"}]}
    kept: dict[str, Any] = {key: schema[key] for key in ("type", "required", "enum") if key in schema}
    if "$ref" in schema:
        kept["$ref"] = DEFINITIONS + schema["$ref"]
    if "properties" in schema:
        kept["properties"] = {name: _strict(each) for name, each in schema["properties"].items()}
        kept["additionalProperties"] = False
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            kept[key] = _strict(schema[key])
    return kept
