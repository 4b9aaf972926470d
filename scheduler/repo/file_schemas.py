"""The JSON Schemas of a repo's own files, made from the models that read them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from scheduler.repo import values
from scheduler.repo.entry import ScheduleEntry
from scheduler.repo.settings import Part, Settings

Schema: TypeAlias = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"

#: How a file writes each of the small values; what it must mean, only the reader can tell.
WRITTEN: Mapping[Callable[..., Any], Schema] = {
    values.duration: {
        "type": "string",
        "pattern": "^[1-9][0-9]*[smhd]$",
        "examples": ["30s", "10m", "4h", "2d"],
    },
    values.timezone: {"type": "string", "examples": ["UTC", "Europe/Madrid"]},
    values.namespace: {"type": "string", "pattern": "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$"},
    values.weekdays: {
        "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}],
        "examples": ["mon-fri", "sat,sun"],
    },
    values.hours: {
        "type": "string",
        "pattern": "^[0-2][0-9]:[0-5][0-9]-[0-2][0-9]:[0-5][0-9]$",
        "examples": ["09:00-17:00"],
    },
    values.date_range: {
        "type": "string",
        "pattern": r"^\d{4}-\d{2}-\d{2}(\.\.\d{4}-\d{2}-\d{2})?$",
        "examples": ["2026-12-24", "2026-12-20..2027-01-06"],
    },
}
#: What an editor says of each key, by its name in `keys.ENFORCED`.
MEANINGS: Mapping[str, str] = {
    "version": "Of this format.",
    "armed": "Whether runs inject; until then they are dry. false wins over every schedule.",
    "defaults": "What a schedule has when it says nothing.",
    "defaults.timezone": "Of times of day and days; UTC if not given.",
    "defaults.start_within": "A fire that has not begun by then is skipped; 10m if not given.",
    "defaults.overlap": "What happens to a fire while the run before it is open.",
    "defaults.deadline": "The longest duration of a run; 30m if not given.",
    "queues": "Pools of workers, each with its service account.",
    "queues.*.namespaces": "Where its runs may act.",
    "queues.*.owners": "Whose schedules may use it.",
    "queues.*.schedules": "Path patterns of the files whose schedules may use it; all if not given.",
    "limits": "How much at once.",
    "limits.cluster": "In the whole cluster.",
    "limits.namespace": "In each namespace.",
    "limits.cluster.concurrent": "Runs that may be open at once.",
    "limits.namespace.concurrent": "Runs that may be open at once.",
    "protected.namespaces": "Where nothing is ever injected.",
    "calendars": "Names for times; what one names must all hold.",
    "calendars.*.days": "Days of the week.",
    "calendars.*.between": "Times of day; an end before the begin is on the next day.",
    "calendars.*.dates": "Days, or first and last day.",
    "notifications": "Channels, and the events each is told: Slack, webhook, log.",
    "schedules": "Who is hit when; names of 1 to 50 of a-z, 0-9 and -, each once in the repo.",
    "schedules.*.experiment": "File in the folder of experiments.",
    "schedules.*.queue": "Pool of workers that runs it.",
    "schedules.*.owner": "Who answers for it.",
    "schedules.*.when.cron": "Five fields, or six with seconds last.",
    "schedules.*.when.random.times": "How many fires in each period.",
    "schedules.*.when.random.per": "The period.",
    "schedules.*.when.random.min_gap": "The shortest time between two fires.",
    "schedules.*.when.random.mean": "The mean time between two fires.",
    "schedules.*.during": "Calendars; it fires while any of them holds.",
    "schedules.*.not_during": "Calendars; it fires while none of them holds.",
    "schedules.*.with": "Values for the experiment's configuration.",
    "schedules.*.timezone": "Instead of the default.",
    "schedules.*.start_within": "Instead of the default.",
    "schedules.*.overlap": "Instead of the default.",
    "schedules.*.deadline": "Instead of the default.",
    "schedules.*.armed": "Whether its runs inject; the repo's `armed: false` wins.",
}


def settings_schema() -> Schema:
    """Of `cowbane.yaml`."""
    schema = {"$schema": DIALECT, **_of(Settings), "title": "Settings of a Cowbane repo"}
    _explain(schema, schema, "")
    return schema


def schedules_schema() -> Schema:
    """Of a file of schedules."""
    entry = _of(ScheduleEntry)
    schema = {
        "$schema": DIALECT,
        "title": "Schedules of a Cowbane repo",
        "type": "object",
        "properties": {
            "schedules": {
                "type": "object",
                "propertyNames": {"pattern": "^[a-z0-9-]{1,50}$"},
                "additionalProperties": {"$ref": "#/$defs/ScheduleEntry"},
            }
        },
        "required": ["schedules"],
        "additionalProperties": False,
        "$defs": {**entry.pop("$defs"), "ScheduleEntry": entry},
    }
    _explain(schema, schema, "")
    return schema


def _of(model: type[Part]) -> Schema:
    return model.model_json_schema(by_alias=True, schema_generator=_FileSchema)


def _explain(schema: Schema, part: Schema, path: str) -> None:
    """Put what each key means where an editor looks for it; the models' own names are none."""
    if "$ref" in part:
        _explain(schema, schema["$defs"][part["$ref"].rpartition("/")[2]], path)
        return
    for each in part.get("anyOf", ()):
        _explain(schema, each, path)
    for name, value in part.get("properties", {}).items():
        inner = f"{path}.{name}".lstrip(".")
        value.pop("title", None)
        if inner in MEANINGS:
            value["description"] = MEANINGS[inner]
        _explain(schema, value, inner)
    if isinstance(part.get("additionalProperties"), dict):
        _explain(schema, part["additionalProperties"], f"{path}.*")


class _FileSchema(GenerateJsonSchema):
    """What a file may say, not what the models make of it."""

    def function_before_schema(self, schema: core_schema.BeforeValidatorFunctionSchema) -> JsonSchemaValue:
        return dict(WRITTEN[schema["function"]["function"]])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """A default is the model's value, which no file could write."""
        return self.generate_inner(schema["schema"])
