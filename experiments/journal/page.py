"""A journal for people, as lines of text: first how it ended, then what happened in its order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from experiments.journal.ending import Ended, ended, failure
from experiments.journal.leniently import mapping, mappings, moment, number, one_line, words
from experiments.model import Json
from experiments.tolerances.verdict import shown

#: Characters of an output that are shown in an activity's line.
LONGEST_ANSWER = 100
#: Looks beside the method of which the probes are shown; of the others only the number.
SHOWN_LOOKS = 3


@dataclass(frozen=True, slots=True)
class Page:
    """The sentence that comes first, whether it is good news, and the lines below it."""

    ending: Ended
    lines: tuple[str, ...]

    @property
    def headline(self) -> str:
        """The outcome and why."""
        return f"{one_line(self.ending.word)}: {one_line(self.ending.sentence, 2000)}"


def page(journal: Mapping[str, Json]) -> Page:
    """Of any journal, also one of Chaos Toolkit's or one that was cut short; never raises."""
    return Page(ended(journal), tuple(_lines(journal)))


def _lines(journal: Mapping[str, Json]) -> Iterator[str]:
    yield one_line(mapping(journal.get("experiment")).get("title")) or "(an experiment without a title)"
    yield ", ".join(_circumstances(journal))
    looks = mapping(journal.get("steady_states"))
    yield from _activities("configuration", mappings(journal.get("configuration_probes")))
    yield from _look("hypothesis before", looks.get("before"))
    yield from _during(mappings(looks.get("during")))
    yield from _activities("method", mappings(journal.get("run")))
    yield from _look("hypothesis after", looks.get("after"))
    yield from _activities("rollbacks", mappings(journal.get("rollbacks")))
    yield from _section("targets", [_target(each) for each in mappings(journal.get("targets"))])
    yield from _section("undos", [_undo(each) for each in mappings(journal.get("undos"))])
    yield from _look("hypothesis recovered", looks.get("recovered"))
    warnings = journal.get("warnings")
    yield from _section(
        "warnings", [one_line(each) for each in warnings] if isinstance(warnings, list) else []
    )


def _circumstances(journal: Mapping[str, Json]) -> Iterator[str]:
    """When, how long, and whose run it was."""
    start, took = moment(journal.get("start")), number(journal.get("duration"))
    yield f"{start:%Y-%m-%d %H:%M:%S} UTC" if start else "when is not known"
    yield f"took {_seconds(took)}" if took is not None else "never ended"
    for name, label in (("run_id", ""), ("schedule", "schedule "), ("node", "on ")):
        if value := one_line(journal.get(name)):
            yield f"{label}{value}"
    if journal.get("dry"):
        left_out = one_line(journal.get("left_out"))
        yield f"dry ({left_out} left out)" if left_out else "dry"
    if "outcome" not in journal:
        version, status = one_line(journal.get("chaoslib-version")), one_line(journal.get("status"))
        yield f"Chaos Toolkit {version} calls it {status or 'nothing'}"


def _look(title: str, look: Json) -> Iterator[str]:
    if isinstance(look, dict):
        took = number(look.get("seconds"))
        after = f", {_seconds(took)} after the undo" if took is not None else ""
        yield from _activities(f"{title}: {_met(look)}{after}", mappings(look.get("probes")), always=True)


def _during(looks: list[Mapping[str, Json]]) -> Iterator[str]:
    bad = [look for look in looks if look.get("steady_state_met") is not True]
    if looks:
        yield ""
        held = "all held" if not bad else f"{len(bad)} did not hold"
        yield f"hypothesis during the method: {len(looks)} looks kept, {held}"
    for look in bad[:SHOWN_LOOKS]:
        yield from _rows(mappings(look.get("probes")))


def _met(look: Mapping[str, Json]) -> str:
    known = {True: "held", False: "did not hold"}
    met = look.get("steady_state_met")
    return known[met] if isinstance(met, bool) else "did not end"


def _activities(title: str, runs: list[Mapping[str, Json]], *, always: bool = False) -> Iterator[str]:
    if runs or always:
        yield from ("", title, *_rows(runs))


def _section(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield from ("", title, *(f"  {line}" for line in lines))


def _rows(runs: list[Mapping[str, Json]]) -> Iterator[str]:
    """Time, how it ended, how long it took, what it was; then what it said, in the last column."""
    cells = [_cells(run) for run in runs]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        *padded, last = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield f"  {'  '.join([*padded, last])}".rstrip()


def _cells(run: Mapping[str, Json]) -> tuple[str, ...]:
    activity = mapping(run.get("activity"))
    at, took = moment(run.get("start")), number(run.get("duration"))
    return (
        f"{at:%H:%M:%S}" if at else "--:--:--",
        one_line(run.get("status")) or "unfinished",
        _seconds(took) if took is not None else "-",
        f"{one_line(activity.get('type')) or 'activity'} {one_line(activity.get('name'), 60)}",
        "; ".join(_said(run, activity)),
    )


def _said(run: Mapping[str, Json], activity: Mapping[str, Json]) -> Iterator[str]:
    met = run.get("tolerance_met")
    if isinstance(met, bool):
        wanted = one_line(shown(activity.get("tolerance"), 60))
        yield "tolerance met" if met else f"tolerance not met: expected {wanted}"
    if (attempts := number(run.get("attempts"))) and attempts > 1:
        yield f"asked {attempts:g} times"
    if activity.get("background"):
        yield "in the background"
    if why := failure(run):
        yield why
    if run.get("output") is not None:
        yield f"answer {one_line(shown(run.get('output'), LONGEST_ANSWER))}"
    if note := one_line(run.get("note")):
        yield note


def _target(target: Mapping[str, Json]) -> str:
    at = moment(target.get("at"))
    dry = "would have been hit" if target.get("dry") else "hit"
    return (
        f"{at:%H:%M:%S}  {_object(target)} {dry} by {one_line(target.get('step'))}" if at else _object(target)
    )


def _undo(undo: Mapping[str, Json]) -> str:
    detail = one_line(undo.get("detail"))
    return f"{_object(undo)}: {one_line(undo.get('result'))}" + (f": {detail}" if detail else "")


def _object(target: Mapping[str, Json]) -> str:
    resource, namespace = words(target.get("resource")), words(target.get("namespace"))
    name = f"{resource}/{words(target.get('name'))}" if resource else words(target.get("name"))
    return one_line(f"{name} in {namespace}" if namespace else name)


def _seconds(seconds: float) -> str:
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:
        return f"{seconds:.2f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s"
