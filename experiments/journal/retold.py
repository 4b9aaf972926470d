"""The journal of a run that nobody finished, from its story: the same document, and where it stood."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from experiments.engine.progress import Injecting, Part, Undone
from experiments.faults.intent import UndoResult
from experiments.journal.document import Journal
from experiments.journal.entry import Entry, Status, SteadyState
from experiments.journal.story import Begun, Story
from experiments.journal.targets import as_object
from experiments.journal.whereabouts import heard, lost
from experiments.model import ActivityKind, Json, Outcome

_KILLED = "the run was killed while this went on"


def document(story: Story, *, alive: bool = False) -> dict[str, Json]:
    """Every key of a journal. A story with a verdict ends as that says, any other one as lost.

    With `alive` the run still goes on: it has no outcome and no status yet.
    """
    under_way = [] if alive else _under_way(story)
    written = _journal(story, under_way, alive).as_dict()
    looks = {part: _looks(story, part, under_way) for part in Part}
    written["steady_states"] = {
        "before": _last(looks[Part.BEFORE]),
        "after": _last(looks[Part.AFTER]),
        "during": looks[Part.DURING],
        "recovered": _last(looks[Part.RECOVERED]),
    }
    return {
        **written,
        **({"status": None} if alive and story.verdict is None else {}),
        "targets": [_target(at, fault) for at, fault in story.injected],
        "undos": [_undo(story, undone) for undone in story.undone],
    }


def _journal(story: Story, under_way: list[tuple[Part, Entry]], alive: bool) -> Journal:
    """Its sentences and its lists; what only an intent can say is put in later."""
    started, verdict = story.started, story.verdict
    entries = {part: _entries(story, part, under_way) for part in Part}
    outcome = verdict.outcome if verdict else None if alive else Outcome.LOST
    reason = verdict.reason if verdict else heard(story) if alive else lost(story)
    return Journal(
        outcome=outcome,
        reason=reason,
        refused=reason if verdict and verdict.outcome is None else "",
        experiment=started.experiment,
        start=started.at,
        end=story.last,
        duration=max(0.0, (story.last - started.at).total_seconds()),
        configured=entries[Part.CONFIGURATION],
        run=entries[Part.METHOD],
        rollbacks=entries[Part.ROLLBACKS],
        run_id=started.run_id,
        schedule=started.schedule,
        run_seed=started.run_seed,
        dry=bool(started.dry),
        left_out=started.dry,
        undo_failed=verdict.undo_failed if verdict else _undo_failed(story),
        warnings=tuple(story.warnings),
    )


def _undo_failed(story: Story) -> bool:
    last = {each.target: each.result for each in story.undone}
    return UndoResult.FAILED in last.values()


def _under_way(story: Story) -> list[tuple[Part, Entry]]:
    if story.verdict:
        return []
    return [(_part_of(story, each), _aborted(story, each)) for each in story.begun]


def _part_of(story: Story, begun: Begun) -> Part:
    """A probe of the hypothesis that runs in the method belongs to a look beside it."""
    part = begun.part or Part.CONFIGURATION
    if part is not Part.METHOD or begun.kind is ActivityKind.ACTION:
        return part
    names = [each.get("name") for each in story.declared("method")]
    return Part.METHOD if begun.name in names else Part.DURING


def _aborted(story: Story, begun: Begun) -> Entry:
    unknown: Mapping[str, Json] = {"type": begun.kind.value, "name": begun.name}
    declared = (*story.declared("method"), *story.probes(), *story.declared("rollbacks"))
    return Entry(
        activity=next((each for each in declared if each.get("name") == begun.name), unknown),
        status=Status.ABORTED,
        start=begun.at,
        end=story.last,
        duration=max(0.0, (story.last - begun.at).total_seconds()),
        exception=_KILLED,
    )


def _entries(story: Story, part: Part, under_way: list[tuple[Part, Entry]]) -> tuple[Entry, ...]:
    begun = [entry for where, entry in under_way if where is part]
    return tuple(sorted([*story.recorded(part), *begun], key=lambda entry: entry.start))


def _looks(story: Story, part: Part, under_way: list[tuple[Part, Entry]]) -> list[Json]:
    """Those that ended, in their order, then the one that did not."""
    keys = sorted({key for key in (*story.entries, *story.looked) if key[0] is part})
    begun = [entry for where, entry in under_way if where is part]
    looks = [_look(story, key, begun if key == keys[-1] else []) for key in keys]
    if begun and (not keys or keys[-1] in story.looked):
        looks.append(_unended(begun))
    return looks


def _look(story: Story, key: tuple[Part, int], begun: list[Entry]) -> Json:
    entries, ended = story.entries.get(key, []), story.looked.get(key)
    if ended is None:
        return _unended([*entries, *begun])
    look = SteadyState(met=ended.met, probes=tuple(entries), reason=ended.reason, seconds=ended.seconds)
    return look.as_dict()


def _unended(entries: list[Entry]) -> Json:
    """Neither met nor not met."""
    look = SteadyState(met=None, probes=tuple(entries), reason="this look did not end")
    return {**look.as_dict(), "steady_state_met": None}


def _last(looks: list[Json]) -> Json:
    return looks[-1] if looks else None


def _target(at: datetime, fault: Injecting) -> Json:
    return {**as_object(fault.target, fault.step, fault.fault), "at": at.isoformat(), "dry": False}


def _undo(story: Story, undone: Undone) -> Json:
    """Of the fault that went in last, where one target had several."""
    faults = [fault for _, fault in story.injected if str(fault.target) == undone.target]
    known: dict[str, Json] = {"name": undone.target}
    if faults:
        known = as_object(faults[-1].target, faults[-1].step, faults[-1].fault)
    return {**known, "result": undone.result.value, "detail": undone.detail}
