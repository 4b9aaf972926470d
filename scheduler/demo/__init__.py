"""The demo: the whole system on this machine, on a simulated cluster, told line by line.

Nothing in here replaces a part: beat, worker and notifier are the Procfile's own processes.
"""
