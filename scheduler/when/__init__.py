"""When a schedule fires: cron, random, mean, inside windows. Pure functions of (schedule, seed, time).

No clock, no file and no generator with state in here: the same call gives the same times on every
replica, before and after a restart. croniter is imported by `cron` only.
"""
