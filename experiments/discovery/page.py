"""Discovered activities as a page to read: Markdown, one section for each module."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import groupby

from experiments.discovery.found import Found
from experiments.faults.intent import UndoKind
from experiments.format.library import Argument
from experiments.kubernetes.grants import of_rights, told
from experiments.model import ActivityKind

#: How the fault of one of our own activities ends.
UNDOS = {
    UndoKind.NOTHING: "There is nothing to undo: what is gone is replaced by its owner, or not at all.",
    UndoKind.VIRTUAL_SERVICE_FAULT: "It is undone by itself: the route gets back what it had before.",
}
MISSING = "not in this version"


def page(activities: Iterable[Found], title: str) -> str:
    """Every activity with what it takes, what it answers, how it is undone and which rights it needs."""
    lines = [f"# {title}", ""]
    for module, those in groupby(in_order(activities), key=lambda each: each.module):
        lines += [f"## {module}", ""]
        for each in those:
            lines += _section(each)
    return "\n".join(lines).rstrip() + "\n"


def in_order(activities: Iterable[Found]) -> list[Found]:
    """By module; in each, what this version has comes first."""
    return sorted(activities, key=lambda each: (each.module, not each.signature.available, each.name))


def default(argument: Argument) -> str:
    """What an argument is when a file says nothing, as a file would write it."""
    if argument.required:
        return "required"
    return "optional" if argument.default is None else json.dumps(argument.default, ensure_ascii=False)


def effects(found: Found) -> list[str]:
    """How a fault of our own ends, and what it needs of the cluster, in sentences; of others none."""
    if found.rights is None:
        return []
    call = of_rights(found.rights.call)
    more = of_rights((*found.rights.undo, *found.rights.sweep)) - call
    ends = UNDOS[found.undo] if found.undo else _harmless(found.kind)
    needs = f"It needs the right to {told(call)} in the namespace of its target"
    return [ends, f"{needs}; its undo also to {told(more)}." if more else f"{needs}."]


def _harmless(kind: ActivityKind) -> str:
    return "It changes nothing." if kind is ActivityKind.PROBE else "It injects no fault of its own."


def _section(found: Found) -> Iterator[str]:
    if not found.signature.available:
        names = [f"`{each.name}`" + ("" if each.required else "?") for each in found.signature.given]
        yield from (f"### {found.name} ({found.kind.value}, {MISSING})", "")
        yield from (f"It would take {', '.join(names)}.", "")
        return
    yield from (f"### {found.name} ({found.kind.value})", "")
    if found.doc:
        yield from (found.doc, "")
    if found.signature.given:
        yield from ("| argument | takes | default |", "|---|---|---|")
        for each in found.signature.given:
            yield f"| `{each.name}` | {_cell(each.type)} | {_cell(_code(each))} |"
        yield ""
    if found.returns is not None:
        yield from (f"It answers: {found.returns}.", "")
    if sentences := effects(found):
        yield from (" ".join(sentences), "")


def _code(argument: Argument) -> str:
    said = default(argument)
    return said if argument.required or argument.default is None else f"`{said}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
