"""The durable record of runs and undos: nouns, ports, an in-memory twin, and Redis.

No decision about chaos is taken in here; every transition is one atomic step that checks its fence.
"""
