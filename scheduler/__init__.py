"""WHEN: the YAML repo, the plan, the beat process and the command line.

The only package that may import both others. Nothing in here touches a cluster by itself.
"""
