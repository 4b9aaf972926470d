"""Chaos Toolkit's dialect of JSON path: what `type: jsonpath` means.

It is not RFC 9535: equality is `=`, text takes double quotes, `or` binds closer than `and`, and a
filter tests the node it stands at, not its children (`$.items[*][?(@.phase="Running")].name`).
No tolerance and no other dialect in here.
"""
