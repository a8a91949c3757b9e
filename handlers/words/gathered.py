"""Several messages of one person in one: how many, the gravest first, each with its own buttons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from escalation.decision.transaction import Transaction
from escalation.messages.effects import Effect
from escalation.perform.finding import find
from escalation.records.crisis import Crisis
from escalation.records.incident import Incident
from handlers.words import blocks as b
from handlers.words.rendered import Block, Rendered
from handlers.words.texts import Texts

CRISIS, OTHER = 0, 9  # before and behind the priorities, 1 to 4
TOTAL_LIMIT = 6000  # Slack takes some 12,000 characters in all blocks, buttons among them
PART_LIMIT = 800


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A message that goes together with others. `gravity`: the less, the graver."""

    rendered: Rendered
    call: bool
    gravity: int
    at: datetime


def gravity(effect: Effect, tx: Transaction) -> int:
    """Return how grave what a message is about is; the least for a crisis, then by priority."""
    match find(tx, effect.contract, effect.subject):
        case Crisis():
            return CRISIS
        case Incident() as incident:
            return incident.level
        case _:
            return OTHER


def gathered(parts: Sequence[Part], texts: Texts) -> Rendered:
    """Put messages into one; each keeps its words, as far as they fit, and all of its buttons."""
    ordered = sorted(parts, key=lambda part: (part.gravity, part.at))
    head = _heading(sum(part.call for part in parts), len(parts), texts)
    limit = min(PART_LIMIT, TOTAL_LIMIT // len(parts))
    blocks: list[Block] = [b.section(f"*{head}*")]
    for part in ordered:
        blocks += _blocks(part.rendered, limit)
    lines = [head, *(f"• {part.rendered.text.partition(chr(10))[0]}" for part in ordered)]
    return Rendered(text=b.cut("\n".join(lines), b.TEXT_LIMIT), blocks=blocks)


def _heading(calls: int, number: int, texts: Texts) -> str:
    if calls == number:
        return texts("%(number)s calls for you, the gravest first", number=number)
    if not calls:
        return texts("%(number)s messages for you, the gravest first", number=number)
    return texts(
        "%(number)s messages for you, among them calls: %(calls)s; the gravest first",
        number=number,
        calls=calls,
    )


def _blocks(rendered: Rendered, limit: int) -> list[Block]:
    """The words in one paragraph, and the buttons in one row."""
    said = "\n".join(
        block["text"]["text"] for block in rendered.blocks if block["type"] == "section"
    )
    buttons = [
        element
        for block in rendered.blocks
        if block["type"] == "actions"
        for element in block["elements"]
    ]
    paragraph = b.section(b.cut(said or rendered.text, limit))
    return [paragraph, b.actions(*buttons)] if buttons else [paragraph]
