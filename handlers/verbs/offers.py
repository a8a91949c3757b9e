"""Offers of a card to its reader: buttons of what they may do now; in a room, of what fits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from escalation.contract import Contract
from escalation.decision.commands.change import RequestChange
from escalation.decision.commands.command import Command
from escalation.perform import rights
from escalation.records.kinds import Record, kind_of
from handlers.words import blocks as b
from handlers.words.rendered import Block
from handlers.words.texts import Texts

# its label, its verb, what it does, its style, and what it fills in
Offer = tuple[str, str, type[Command], str | None, dict[str, str]]


def offered(
    offers: Iterable[Offer], contract: Contract, record: Record, reader: str, now: datetime
) -> list[Block]:
    """The buttons of what this person may do of it; all of them in a room, where it is ""."""
    kind = kind_of(record).word
    return [
        b.button(label, f"{kind}/{verb}#{number}", contract.id, record.id, style=style, **values)
        for number, (label, verb, command, style, values) in enumerate(offers)
        if not reader or rights.allowed(contract, reader, command, record, at=now)
    ]


def ask_for_change(
    contract: Contract, reader: str | None, born_of: str, texts: Texts
) -> list[Block]:
    """The button that asks for a change born of an incident or a problem (CHG-1); in no room."""
    if contract.changes is None or not reader:
        return []
    if not rights.allowed(contract, reader, RequestChange):
        return []
    ask, born = "change/request#of", {"born_of": born_of}
    return [b.button(texts("Ask for a change"), ask, contract.id, "", **born)]
