"""How an activity reaches the world: a Python function, an HTTP request, a program.

One module each, with the exceptions of its library translated into `ActivityFailed`. No knowledge of
hypotheses, undo or journals in here.
"""
