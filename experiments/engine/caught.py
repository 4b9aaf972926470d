"""Whatever a block of code raises, held instead of passed on."""

from __future__ import annotations

from types import TracebackType


class Caught:
    """`with Caught() as caught:` never raises; `caught.error` is what the block raised, if anything.

    For the few places where nothing may escape: an unexpected error must still be undone and judged.
    """

    error: BaseException | None = None

    def __enter__(self) -> Caught:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        self.error = error
        return True
