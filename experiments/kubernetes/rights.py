"""Which rights an activity needs, as data beside it: manifests and checks are made from them."""

from __future__ import annotations

from typing import NamedTuple


class Right(NamedTuple):
    """Verbs on one resource, in the namespace of the target."""

    group: str  #: empty for the core group
    resource: str
    verbs: tuple[str, ...]
