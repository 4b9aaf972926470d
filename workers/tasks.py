"""The Celery tasks: they decode, delegate and return (DESIGN D5)."""

from __future__ import annotations

from celery import Task

from workers import wiring
from workers.app import app


@app.task(name="cowbane.run", bind=True)
def run(self: Task[[str], None], run_id: str) -> None:
    """Run what beat decided: the message is the run id, its queue says whose."""
    delivered = self.request.delivery_info
    if delivered is not None:  # called by hand, not by a message: there is no queue whose run it is
        wiring.execute(str(delivered["routing_key"]), run_id)


@app.task(name="cowbane.notify")
def notify() -> None:
    """Tell every channel what it has not heard yet."""
    wiring.deliver()
