"""A pulse: whoever waits for the next beat wakes at it, whichever thread it comes from."""

from __future__ import annotations

import asyncio


class Pulse:
    """Belongs to the event loop that is running when it is made.

    No beat is lost between looking and waiting as long as nothing is awaited in between.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._next = asyncio.Event()

    def beat(self) -> None:
        """Wake all who wait; from any thread, also after the loop has ended."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake)

    async def wait(self, seconds: float | None = None) -> None:
        """Return at the next beat, or when the time is over."""
        try:
            async with asyncio.timeout(seconds):
                await self._next.wait()
        except TimeoutError:
            pass

    def _wake(self) -> None:
        woken, self._next = self._next, asyncio.Event()
        woken.set()
