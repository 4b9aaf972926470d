"""When something is allowed: calendars in local time, across midnight and clock changes.

Pure: times are parameters, nothing in here reads a clock or a file. The plan draws inside these
windows and a worker's guard asks them again, so both sides mean the same by `during`.
"""
