"""Whether a worker may start with its account, and what to say about it: pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from workers.account.comparison import Comparison, sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A refusal in one line, empty where there is none; and a line for each thing that is only a surprise."""

    refusal: str = ""
    warnings: tuple[str, ...] = ()


def judge(account: str, found: Comparison, *, listed: bool, production: bool) -> Verdict:
    """Dangerous rights always refuse, lacking ones in production; `listed`: there is a rights file."""
    dangers, lacks = list(_dangers(found, listed=listed)), list(_lacks(found))
    refused = [*dangers, *(lacks if production else ())]
    return Verdict(
        refusal=f"account {account} {', and it '.join(refused)}" if refused else "",
        warnings=tuple(
            f"account {account} {each}" for each in (*(() if production else lacks), *_surprises(found))
        ),
    )


def _dangers(found: Comparison, *, listed: bool) -> Iterator[str]:
    if found.dangerous:
        unlisted = "its rights file does not list" if listed else "no rights file lists"
        yield (
            f"can do what leads to more, and {unlisted} it: {sentence(found.dangerous)}; take it away,"
            " `cowbane rbac REPO --diff` shows it"
        )


def _lacks(found: Comparison) -> Iterator[str]:
    if found.lacking:
        yield f"lacks what its queue needs: {sentence(found.lacking)}; apply what `cowbane rbac REPO` prints"


def _surprises(found: Comparison) -> Iterator[str]:
    if found.needless:
        yield f"has more than its queue needs: {sentence(found.needless)}"
