"""Looking at a crisis."""

from __future__ import annotations

from escalation import authority
from escalation.crisis import Crisis
from escalation.ports import Transaction
from escalation.refusals import NotFound
from handlers.crisis_card import crisis_card
from handlers.front import Front
from handlers.rendered import Rendered
from handlers.verbs import Ask


async def status(front: Front, ask: Ask) -> Rendered:
    """Who is present, represented or missing; decisions and actions (CRI-4, CRI-8)."""

    def look(tx: Transaction) -> Crisis:
        crisis = tx.crisis(ask.contract.id, ask.subject)
        if not authority.visible(ask.contract, ask.caller.person.id, crisis):
            raise NotFound("unknown_crisis", id=ask.subject)
        return crisis

    crisis = await front.read(look)
    return crisis_card(crisis, ask.contract, ask.caller.texts, ask.now, reader=ask.caller.person.id)
