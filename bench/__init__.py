"""Measurements, each beside its peer and in the same run: `python -m bench [NAME ...]`.

What may not go in: anything that Cowbane itself needs, and any figure that was not measured just now.
"""
