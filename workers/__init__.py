"""WHO does it: the Celery application, the ledger, the guards, the recovery and the notifier.

Nothing in here decides when something fires; that is `scheduler`. Redis is imported by the ledger
and the embedded server only, Slack by its channel only.
"""
