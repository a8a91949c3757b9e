"""Looking at a crisis."""

from __future__ import annotations

from escalation import authority
from escalation.contract import Contract
from escalation.crisis import Crisis
from escalation.ports import Transaction
from escalation.refusals import NotFound
from handlers.crisis_card import crisis_card
from handlers.front import Front
from handlers.incident_looks import contract_of
from handlers.rendered import Rendered
from handlers.verbs import Ask


async def status(front: Front, ask: Ask) -> Rendered:
    """Who is present, represented or missing; decisions and actions (CRI-4, CRI-8)."""

    def look(tx: Transaction) -> tuple[Crisis, Contract]:
        crisis = tx.crisis(ask.contract.id, ask.subject)
        if not authority.visible(ask.contract, ask.caller.person.id, crisis):
            raise NotFound("unknown_crisis", id=ask.subject)
        return crisis, contract_of(tx, crisis)

    crisis, contract = await front.read(look)
    return crisis_card(crisis, contract, ask.caller.texts, ask.now, reader=ask.caller.person.id)
