"""The Celery application and its settings (DESIGN D5), nothing else."""

from __future__ import annotations

import os
import sys

from celery import Celery

from workers.recovery.step import ReaperStep
from workers.settings import NOTIFY_QUEUE, Settings, SettingsError
from workers.wiring import redis_url

try:
    settings = Settings.from_env(os.environ)
except SettingsError as wrong:
    sys.exit(f"cowbane: {wrong}")

app = Celery("cowbane", include=["workers.tasks", "workers.logs"])
app.conf.update(
    broker_url=redis_url(settings),
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,  # the default gives up after 100 and ends the worker
    broker_transport_options={
        "global_keyprefix": f"cb:{{{settings.deployment}}}:broker:",
        "socket_timeout": 10,  # a publish must not wait for ever on a half-open connection
        "socket_keepalive": True,
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
app.steps["worker"].add(ReaperStep)
app.set_default()  # the reaper's threads have no current application of their own
