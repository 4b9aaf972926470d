"""Whether a probe's answer is within its tolerance: one file per kind, all pure.

Nothing in here asks a probe, reads a clock or raises because a value has an unexpected type.
"""
