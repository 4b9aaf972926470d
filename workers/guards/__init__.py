"""May this run start, or go on? One file per guard, each a pure function that answers with a refusal.

A refusal is one sentence: the rule, its numbers, the owner, what to do or when it is allowed again.
No guard reads a clock, a file, Redis or a cluster in here: what it must know is in the order and in
the facts that its caller gathered. Unknown means no.
"""
