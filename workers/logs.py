"""What Celery logs, as people read it: an outage is one line, not the library's stack (D5's libraries)."""

from __future__ import annotations

import logging
from typing import Any

from celery.signals import after_setup_logger

#: Loggers of the libraries that report a lost connection with a traceback.
_LIBRARIES = ("celery.worker.consumer", "celery.beat", "kombu", "celery.worker.pidbox")
#: The one that reports a child's death, with the pool's stack, which says nothing of the child.
_OF_THE_DEAD = "celery.worker.request"


class OutageFilter(logging.Filter):
    """Takes the traceback from a library's warning and a child's death; errors of our own keep theirs."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Lets every record through."""
        if record.exc_info and record.name == _OF_THE_DEAD:
            record.exc_info, record.exc_text = None, None
        if record.exc_info and record.name.startswith(_LIBRARIES) and record.levelno <= logging.WARNING:
            error = record.exc_info[1]
            record.msg, record.args = f"{record.getMessage().strip()} ({type(error).__name__}: {error})", ()
            record.exc_info, record.exc_text = None, None
        return True


@after_setup_logger.connect
def _shorten(logger: logging.Logger, **_: Any) -> None:
    for handler in logger.handlers:
        handler.addFilter(OutageFilter())
