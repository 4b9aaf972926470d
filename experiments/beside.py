"""Work that nothing can interrupt, done beside whoever waits for it: in a thread that is left behind."""

from __future__ import annotations

from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TypeVar

from experiments.engine.caught import Caught
from experiments.engine.stop import Stop

Answer = TypeVar("Answer")


def beside(work: Callable[[], Answer], *, name: str, seconds: float, stop: Stop) -> Answer:
    """What the work returns or raises; raises `TimeoutError` once the time is over.

    Raises `Interrupted` at once when the run must stop.
    """
    answers: SimpleQueue[list[Answer] | BaseException] = SimpleQueue()
    Thread(target=_do, args=(work, answers), name=name, daemon=True).start()
    with stop.on_stop(lambda: answers.put([])):
        try:
            answer = answers.get(timeout=seconds)
        except Empty:
            raise TimeoutError(f"no answer within {seconds:g} s") from None
    stop.check()
    if isinstance(answer, BaseException):
        raise answer
    return answer[0]


def _do(work: Callable[[], Answer], answers: SimpleQueue[list[Answer] | BaseException]) -> None:
    with Caught() as caught:
        answers.put([work()])
    if caught.error is not None:
        answers.put(caught.error)
