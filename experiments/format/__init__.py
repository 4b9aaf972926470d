"""Reading, checking and substituting experiment files.

Every problem of a file is found at once and says file:line:column; nothing in here runs or imports
the code a file names, but `imported`, which a check uses only when it is asked to.
"""
