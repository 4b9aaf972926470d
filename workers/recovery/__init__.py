"""Undoes whatever a dead, late or stopped run still owes: leases, the reaper, undo by hand.

Nothing in here injects; it only takes runs over, undoes and closes them.
"""
