"""The Celery tasks: they decode, delegate and return (DESIGN D5)."""

from __future__ import annotations

from celery import Task

from workers import wiring
from workers.app import app


@app.task(name="cowbane.run", bind=True)
def run(self: Task[[str], None], run_id: str) -> None:
    """Run what beat decided: the message is the run id, its queue says whose."""
    wiring.run_host().execute(str(self.request.delivery_info["routing_key"]), run_id)


@app.task(name="cowbane.notify")
def notify() -> None:
    """Tell every channel what it has not heard yet."""
    wiring.deliver()
