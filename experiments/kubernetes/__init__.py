"""Everything that knows Kubernetes: the gateway, then one file per thing acted on.

Not in here: when a run starts or whether it may (guards), how an undo is scheduled (recovery), and any
model class of the client library: objects are plain dicts. Only `gateway` imports that library.
"""
