"""Names as the real cluster makes them: random to look at, the same again from the same draw."""

from __future__ import annotations

from hashlib import blake2b

#: Kubernetes' own: no vowels and no look-alikes, so that chance spells no words.
ALPHABET = "bcdfghjklmnpqrstvwxz2456789"


def suffix(digest: bytes, length: int = 5) -> str:
    """`x7k2p`: the end of a generated name."""
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:length])


def template_hash(canonical: str) -> str:
    """`6d4b75cb6d`: the pod-template-hash of a template written as JSON with sorted keys."""
    return suffix(blake2b(canonical.encode()).digest(), 10)
