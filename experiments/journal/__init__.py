"""The journal of a run: its document, the lines written while it goes on, and how both are read again.

The nouns are here. `lines`, `writing`, `story`, `reading` and `page` are imported where they are needed:
they know the events of the engine, which knows the nouns.
"""

from __future__ import annotations

from experiments.journal.document import FORMAT_VERSION, STATUS, Journal
from experiments.journal.entry import Entry, Status, SteadyState
from experiments.journal.targets import SHOWN_HITS, hits

__all__ = [
    "FORMAT_VERSION",
    "SHOWN_HITS",
    "STATUS",
    "Entry",
    "Journal",
    "Status",
    "SteadyState",
    "hits",
]
