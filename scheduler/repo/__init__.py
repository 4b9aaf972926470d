"""The YAML repo: found, read, checked as a whole, and compiled into one frozen value.

Nothing in here decides when a schedule fires or talks to a cluster. Any error, and nothing is loaded.
"""
