"""What a file says about itself to people and extensions: tags, extensions, contributions. No run asks."""

from __future__ import annotations

from collections.abc import Mapping

from experiments.format.findings import Findings
from experiments.model import Json

_LEVELS = ("high", "medium", "low", "none")


def read_tags(findings: Findings, data: Mapping[str, Json]) -> tuple[str, ...]:
    """Words, none of them empty; a single one need not be a list."""
    tags = data.get("tags")
    if isinstance(tags, str) and tags.strip():
        findings.surprising("tags as a list", tags, ("tags",))
        return (tags,)
    items = findings.optional_items(data, "tags", ())
    for index, tag in enumerate(items):
        if not isinstance(tag, str) or not tag.strip():
            findings.expected("a tag as text", tag, ("tags", index))
    return tuple(tag for tag in items if isinstance(tag, str))


def read_extensions(findings: Findings, data: Mapping[str, Json]) -> tuple[Json, ...]:
    """Mappings, each with a name; the rest of one is its own business."""
    extensions = findings.optional_items(data, "extensions", ())
    for index, extension in enumerate(extensions):
        place = ("extensions", index)
        mapping = findings.mapping(extension, place, "an extension")
        if mapping is not None:
            findings.text(mapping, "name", place, "an extension")
    return tuple(extensions)


def read_contributions(findings: Findings, data: Mapping[str, Json]) -> dict[str, Json]:
    """Property -> how much the experiment says of it; nothing here is an error, Chaos Toolkit takes all."""
    value = data.get("contributions")
    if value is not None and not isinstance(value, dict):
        findings.surprising("contributions as a mapping", value, ("contributions",))
    contributions = value if isinstance(value, dict) else {}
    for name, level in contributions.items():
        if level not in _LEVELS:
            findings.surprising(f"one of {', '.join(_LEVELS)}", level, ("contributions", name))
    return contributions
