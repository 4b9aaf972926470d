"""Whether a worker may start with its account, and what to say about it: pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from workers.account.comparison import Comparison, sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A refusal in one line, empty where there is none; and a line for each thing that only needs a word."""

    refusal: str = ""
    warnings: tuple[str, ...] = ()


def judge(account: str, found: Comparison, *, listed: bool) -> Verdict:
    """Dangerous rights refuse, lacking ones never: without a worker the queue has no reaper.

    `listed`: there is a rights file.
    """
    refused = ", and it ".join(_dangers(found, listed=listed))
    return Verdict(
        refusal=f"account {account} {refused}" if refused else "",
        warnings=tuple(f"account {account} {each}" for each in (*_lacks(found), *_surprises(found))),
    )


def _dangers(found: Comparison, *, listed: bool) -> Iterator[str]:
    if found.wildcards:
        yield (
            f"holds wildcards, which no rights file can allow: {sentence(found.wildcards)}; take them away,"
            " and grant what `cowbane rbac REPO` prints"
        )
    if found.dangerous:
        unlisted = "its rights file does not list" if listed else "no rights file lists"
        yield (
            f"can do what leads to more, and {unlisted} it: {sentence(found.dangerous)}; take it away,"
            " `cowbane rbac REPO --diff` shows it"
        )


def _lacks(found: Comparison) -> Iterator[str]:
    if found.lacking:
        yield (
            f"lacks what its queue needs: {sentence(found.lacking)}; a run that needs it ends with the"
            " API server's 403 until you apply what `cowbane rbac REPO` prints"
        )


def _surprises(found: Comparison) -> Iterator[str]:
    if found.needless:
        yield f"has more than its queue needs: {sentence(found.needless)}"
