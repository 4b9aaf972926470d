"""Where a run stood when it was last heard of, and what may have to be put right by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from experiments.engine.progress import Part
from experiments.journal.story import Story
from experiments.journal.targets import named

_PARTS: Mapping[Part | None, str] = {
    None: "before its first step",
    Part.CONFIGURATION: "while it asked for its configuration",
    Part.BEFORE: "while it looked at the hypothesis before the method",
    Part.METHOD: "in the method",
    Part.DURING: "in the method",
    Part.AFTER: "while it looked at the hypothesis after the method",
    Part.ROLLBACKS: "while it played the rollbacks",
    Part.RECOVERED: "while it looked whether the system recovered",
}


def lost(story: Story) -> str:
    """One sentence for whoever finds it at three in the morning."""
    killed = f"killed {_where(story)}; last heard of at {_time(story.last)}"
    return "; ".join([killed, *_left_behind(story)])


def heard(story: Story) -> str:
    """One sentence on a run that goes on."""
    return f"last heard of at {_time(story.last)}, {_where(story)}"


def _where(story: Story) -> str:
    if story.undoing:
        return f"while it undid the fault on {story.undoing}"
    pausing = story.pausing
    if pausing and pausing.name in [each.name for each in story.begun]:
        return f"in the pause of {pausing.seconds:g} s before {pausing.name}, or right after it"
    if story.begun:
        running = " and ".join(f"{each.kind} {each.name}" for each in story.begun)
        return f"while {running} ran, since {_time(min(each.at for each in story.begun))}"
    if pausing:
        return f"in the pause of {pausing.seconds:g} s after {pausing.name}, or right after it"
    return _PARTS[story.part]


def _left_behind(story: Story) -> Iterator[str]:
    """What may have to be put right by hand; a dry run left nothing."""
    run = story.started.run_id
    if standing := story.standing():
        yield (
            f"the fault on {named(str(each.target) for each in standing)} may still be in:"
            f" run `cowbane undo{' ' + run if run else ''}`"
        )
    elif story.acted and not story.started.dry and not story.injected:
        seen = f" ({'; '.join(story.hit)})" if story.hit else ""
        yield f"what its actions changed{seen} may still be so: `cowbane injected` shows our own faults"
    if missing := _not_played(story):
        yield f"not played: rollback {named(missing)}"


def _not_played(story: Story) -> list[str]:
    """Declared rollbacks that did not end, if there was anything to roll back."""
    if not story.acted or story.started.dry:
        return []
    played = [each.activity.get("name") for each in story.recorded(Part.ROLLBACKS)]
    return [name for each in story.declared("rollbacks") if (name := str(each.get("name"))) not in played]


def _time(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S %Z")
