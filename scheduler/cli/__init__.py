"""The command `cowbane`: one file per command group, each imported only when it is called.

Commands read arguments, call the rooms, and print; nothing is decided in here.
"""
