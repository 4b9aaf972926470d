"""A message in Slack's blocks, within its limits; nothing of an experiment becomes mark-up or a mention."""

from __future__ import annotations

from typing import Any, TypeAlias

from workers.notifier.text import Line, Message

Block: TypeAlias = dict[str, Any]

#: Slack's own limits. A message is further limited to some 13,200 characters over all blocks.
HEADER_LIMIT = 150
SECTION_LIMIT = 3000
#: Slack cuts `text` at 40,000 and advises 4,000.
TEXT_LIMIT = 4000


def escaped(text: str) -> str:
    """Slack's three control characters as entities: no `<!channel>`, no `<@U1>`, no disguised link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def fallback(message: Message) -> str:
    """The `text` beside the blocks: what a notification and a screen reader say, the whole message."""
    return _fitted(str(message), TEXT_LIMIT)


def blocks(message: Message) -> list[Block]:
    """The verdict as a header, the reason, the facts, and what to type."""
    facts = [f"{line.label}: {line.value}" for line in message.lines if not line.code]
    commands = [_command(line) for line in message.lines if line.code]
    parts = (
        {"type": "header", "text": _plain(message.headline, HEADER_LIMIT)},
        message.reason and {"type": "section", "text": _plain(message.reason, SECTION_LIMIT)},
        facts and {"type": "section", "text": _plain("\n".join(facts), SECTION_LIMIT)},
        commands and {"type": "section", "text": {"type": "mrkdwn", "text": "\n".join(commands)}},
    )
    return [part for part in parts if isinstance(part, dict)]


def _plain(text: str, limit: int) -> Block:
    """Slack shows `plain_text` as it is, without mentions, links, mark-up or `:emoji:`."""
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    return {"type": "plain_text", "text": cut, "emoji": False}


def _command(line: Line) -> str:
    """In backticks, to be copied; a backtick inside would end them."""
    return f"{line.label}: `{escaped(line.value.replace('`', ' '))}`"


def _fitted(text: str, limit: int) -> str:
    """Escaped and cut between characters, never inside an entity."""
    whole = escaped(text)
    if len(whole) <= limit:
        return whole
    kept, size = [], 1
    for char in text:
        entity = escaped(char)
        size += len(entity)
        if size > limit:
            break
        kept.append(entity)
    return "".join(kept) + "…"
