"""Tells people what they asked to hear: events, filters, the outbox, one file per channel.

Nothing in here may delay or fail a run: it reads events that are already durable.
"""
