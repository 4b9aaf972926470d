"""How a run ended, in one sentence, from its document: ours says it, Chaos Toolkit's is asked for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from experiments.journal.leniently import mapping, mappings, one_line, words
from experiments.model import Json, Outcome
from experiments.tolerances.verdict import shown

#: Before every failure of theirs, and news to nobody.
_THEIR_WORD = "chaoslib.exceptions.ActivityFailed: "


@dataclass(frozen=True, slots=True)
class Ended:
    """One word, one sentence, and whether nobody has to do anything about it."""

    word: str
    sentence: str
    good: bool = False


def ended(journal: Mapping[str, Json]) -> Ended:
    """Of any journal, also one that was cut short; never raises."""
    if "outcome" not in journal:
        return _theirs(journal)
    outcome = journal["outcome"]
    word = words(outcome) or ("refused" if journal.get("status") else "running")
    failed = bool(journal.get("undo_failed"))
    sentence = words(journal.get("reason")) + (" An undo failed." if failed else "")
    return Ended(word, sentence, outcome == Outcome.PASSED and not failed)


def _theirs(journal: Mapping[str, Json]) -> Ended:
    """Their status alone says little: a baseline that does not hold is `completed`, and exits with 0."""
    status = words(journal.get("status"))
    looks = mapping(journal.get("steady_states"))
    before, after = mapping(looks.get("before")), mapping(looks.get("after"))
    if status == "interrupted":
        return Ended(Outcome.INTERRUPTED, _interruption(journal))
    if before and before.get("steady_state_met") is False:
        return Ended(_of_look(before, Outcome.BASELINE_NOT_MET), f"before the method, {_not_met(before)}")
    if after and after.get("steady_state_met") is False:
        return Ended(_of_look(after, Outcome.DEVIATED), f"after the method, {_not_met(after)}")
    bad = next(
        (each for each in mappings(looks.get("during")) if each.get("steady_state_met") is False), None
    )
    if bad is not None:
        return Ended(_of_look(bad, Outcome.DEVIATED), f"during the method, {_not_met(bad)}")
    return _of_method(
        journal, status, held=[name for name, look in (("before", before), ("after", after)) if look]
    )


def _of_method(journal: Mapping[str, Json], status: str, held: list[str]) -> Ended:
    why = next(_failures(journal), "")
    if status != "completed":
        return Ended(status or "unfinished", why or "its run wrote nothing more")
    if why:
        return Ended(Outcome.ACTION_ERROR if why.startswith("action") else Outcome.PROBE_ERROR, why)
    if not held:
        return Ended(Outcome.PASSED, "the method ran to its end; there was no hypothesis to judge", good=True)
    return Ended(Outcome.PASSED, f"the hypothesis held {' and '.join(held)}", good=True)


def _interruption(journal: Mapping[str, Json]) -> str:
    told = mapping(journal.get("interruption"))
    by = one_line(told.get("reason")) or one_line(told.get("name")) or "from outside"
    running = [_name(run) for run in _runs(journal) if not run.get("status")]
    return by + (f", while {' and '.join(running)} ran" if running else "")


def _of_look(look: Mapping[str, Json], otherwise: Outcome) -> Outcome:
    """A probe that could not be asked says nothing about the system."""
    probes = mappings(look.get("probes"))
    failed = bool(probes) and probes[-1].get("status") == "failed"
    return Outcome.PROBE_ERROR if failed else otherwise


def _not_met(look: Mapping[str, Json]) -> str:
    if reason := one_line(look.get("reason")):
        return reason
    last = next(reversed(mappings(look.get("probes"))), None)
    if last is None:
        return "the hypothesis did not hold"
    probe = mapping(last.get("activity"))
    expected = f"expected {shown(probe.get('tolerance'))}, got {shown(last.get('output'))}"
    return f"{one_line(probe.get('name'))}: {failure(last) or expected}"


def _failures(journal: Mapping[str, Json]) -> Iterator[str]:
    for run in _runs(journal):
        if run.get("status") == "failed" or run.get("exception"):
            yield f"{_name(run)}: {failure(run) or 'failed'}"


def _name(run: Mapping[str, Json]) -> str:
    activity = mapping(run.get("activity"))
    return f"{words(activity.get('type')) or 'activity'} {one_line(activity.get('name'))}"


def _runs(journal: Mapping[str, Json]) -> list[Mapping[str, Json]]:
    return mappings(journal.get("run"))


def failure(run: Mapping[str, Json]) -> str:
    """Why an activity failed, without the traceback that Chaos Toolkit has there; empty if it did not."""
    said = run.get("exception")
    lines = [words(each).strip() for each in said] if isinstance(said, list) else [words(said)]
    told = [line for each in lines for line in each.splitlines() if line.strip()]
    if not told:
        return ""
    traceback = any(each.startswith("Traceback") for each in told)
    return one_line((told[-1] if traceback else " ".join(told)).removeprefix(_THEIR_WORD))
