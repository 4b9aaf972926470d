"""WHAT a chaos experiment is and how it runs.

Nothing in here knows Celery, Redis, Slack or a schedule: an experiment runs the same on a laptop,
in a test and in a worker. `engine` and the nouns beside it import the standard library and pydantic
only; the Kubernetes client is imported under `kubernetes/` alone.
"""
