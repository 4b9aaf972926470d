"""The Celery application and its settings (DESIGN D5), nothing else."""

from __future__ import annotations

import sys

from celery import Celery

from workers import broker, wiring
from workers.account.step import AccountStep
from workers.ledger.redis.keys import Keys
from workers.pulse import Act
from workers.recovery.step import ReaperStep
from workers.settings import NOTIFY_QUEUE, SettingsError
from workers.startup import StartupStep

try:
    settings = wiring.settings()
    broker_url = wiring.redis_url(settings)
except SettingsError as wrong:
    sys.exit(f"cowbane: {wrong}")

broker.install()
app = Celery("cowbane", include=["workers.tasks", "workers.logs"])
app.conf.update(
    broker_url=broker_url,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,  # the default gives up after 100 and ends the worker
    broker_transport_options={
        "global_keyprefix": Keys(settings.deployment).broker,
        "socket_timeout": 10,  # a publish must not wait for ever on a half-open connection
        "socket_keepalive": True,
        # All queues would share the lists of unacknowledged messages; what gets lost the ledger sends again.
        "ack_emulation": False,
        "priority_steps": [0],  # one list for each queue
        "answered": lambda: wiring.pulse().note(Act.POLLED),
    },
    task_default_queue=NOTIFY_QUEUE,
    # Nothing is re-run: a message is acknowledged before its run, which claims itself in the ledger.
    task_acks_late=False,
    task_ignore_result=True,
    task_store_errors_even_if_ignored=False,
    task_serializer="json",
    accept_content=["json"],
    result_accept_content=["json"],
    worker_disable_prefetch=True,  # a long run must not hold the next message
    worker_prefetch_multiplier=1,
    worker_pool="prefork",
    worker_enable_remote_control=False,  # anybody who reaches the broker could shut workers down
    worker_send_task_events=False,
    worker_cancel_long_running_tasks_on_connection_loss=False,
    worker_hijack_root_logger=True,
    timezone="UTC",
    enable_utc=True,
)
app.steps["worker"].update({StartupStep, AccountStep, ReaperStep})
app.set_default()  # the reaper's threads have no current application of their own
