"""Controls: modules whose hooks are called around a run and its parts, by the names of Chaos Toolkit.

A hook is told what happens and may change the activity or the experiment it is given. It never ends the
run by accident: what it raises is a warning in the journal, unless it asks for the end of the run.
"""
