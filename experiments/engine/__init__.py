"""The run as a pipeline of named steps, and how it stops.

Standard library only, and no effect of its own: time, chance, cluster, network and the record of
faults come in through the `Host`. No Celery, no Redis, no Kubernetes in here.
"""
