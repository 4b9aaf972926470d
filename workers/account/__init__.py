"""What a worker's own account can do beside what it should: asked once, before the worker takes any run.

The comparison is pure; only `inspection` is given a gateway, and only `step` knows Celery.
"""
