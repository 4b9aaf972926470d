"""Rules as YAML, above each who needs it and why: for a person who must answer for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import yaml

from experiments.kubernetes.grants import granted, rules
from scheduler.rights.needs import Need, Part

#: Lines above one rule, and schedules in one line, before the rest is only counted.
LINES, SCHEDULES = 12, 5


def rules_text(needs: Sequence[Need], indent: str) -> str:
    """The least rules for these needs of one namespace, each with its reasons."""
    lines: list[str] = []
    for rule in rules(each.grant for each in needs):
        meant = granted([rule])
        lines += [f"# {reason}" for reason in _reasons([each for each in needs if each.grant in meant])]
        lines.append(f"- {_flow(rule)}")
    return "".join(f"{indent}{line}\n" for line in lines)


def comments(sentences: Iterable[str], indent: str = "") -> str:
    """Each as a comment line of its own, whatever an activity is called."""
    return "".join(f"{indent}# {plain(each)}\n" for each in sentences)


def word(text: str) -> str:
    """A key or a value that YAML reads as this text."""
    return _flow([text])[1:-1]


def plain(text: str) -> str:
    """On one line and printable: a file may call its activities what it likes."""
    return "".join(each if each.isprintable() else " " for each in " ".join(text.split()))


def _reasons(needs: Iterable[Need]) -> list[str]:
    """`VERBS: ACTIVITY (SCHEDULES)`, the same activity of several schedules once."""
    found: dict[tuple[int, str], tuple[set[str], set[str]]] = {}
    order = list(Part)
    for each in needs:
        verbs, schedules = found.setdefault((order.index(each.part), each.activity), (set(), set()))
        verbs.add(each.grant.verb)
        schedules.add(each.schedule)
    lines = [
        f"{', '.join(sorted(verbs))}: {order[part].value}{plain(activity)}{_of(schedules)}"
        for (part, activity), (verbs, schedules) in sorted(found.items())
    ]
    more = len(lines) - LINES
    return lines if more <= 0 else [*lines[:LINES], f"and {more} more"]


def _of(schedules: Iterable[str]) -> str:
    names = sorted(filter(None, schedules))
    more = len(names) - SCHEDULES
    listed = ", ".join(names[:SCHEDULES]) + (f" and {more} more" if more > 0 else "")
    return f" ({listed})" if names else ""


def _flow(value: object) -> str:
    return yaml.safe_dump(value, default_flow_style=True, sort_keys=False, width=2**31).strip()
