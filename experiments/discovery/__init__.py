"""Which activities there are, ours and other people's, and what each takes.

Reads functions and never calls one. Only `modules` imports what it was asked for.
"""
