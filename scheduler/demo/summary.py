"""What the demo came to: fires, runs by outcome, messages; and whether that is what was promised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from scheduler.demo.story import Look
from workers.ledger.records import FireEnd, RunState


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Counted at the very end, after everything was stopped and undone."""

    fires: int
    outcomes: Mapping[str, int]  #: runs and refused fires, by how they ended
    open: int  #: runs that did not end
    pods_replaced: int
    faults_left: int
    messages: Mapping[str, int]

    @property
    def good(self) -> bool:
        """Scheduled runs ended, messages arrived, and nothing was left in or open."""
        ended = sum(count for outcome, count in self.outcomes.items() if outcome not in set(FireEnd))
        return bool(ended and sum(self.messages.values()) and not self.open and not self.faults_left)

    def as_dict(self) -> dict[str, object]:
        """For `--output json`."""
        return {
            "fires": self.fires,
            "outcomes": dict(self.outcomes),
            "open": self.open,
            "pods_replaced": self.pods_replaced,
            "faults_left": self.faults_left,
            "messages": dict(self.messages),
            "good": self.good,
        }


def summary(last: Look, pods_replaced: int) -> Summary:
    """The summary of the last look."""
    ended = [record for record in last.runs.values() if record.state is RunState.ENDED]
    return Summary(
        fires=len(last.runs),
        outcomes=dict(sorted(Counter(record.outcome for record in ended).items())),
        open=len(last.runs) - len(ended),
        pods_replaced=pods_replaced,
        faults_left=len(last.faults),
        messages=dict(Counter(message.kind.value for message in last.messages)),
    )
