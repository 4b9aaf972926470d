"""What a fault promises: recorded, marked, applied once, undone (DESIGN D4).

Data and order only: nothing in here talks to a cluster or to a store; both come in as ports.
"""
