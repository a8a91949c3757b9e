"""Every message has one view: what it says, to this reader, as things stand now.

A view gives None where its message is no longer true: the dispatcher then drops it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from escalation.base.declared import named_in, table
from escalation.decision.contract_of import contract_of
from escalation.decision.transaction import Transaction
from escalation.messages.destinations import SHARED_ROOM
from escalation.messages.effects import Effect
from escalation.people.acquaintance import as_known_to, met_in
from escalation.perform.finding import find
from handlers.words.rendered import Reader, Rendered
from handlers.words.view_context import ViewContext, Views

VIEWS: Views = table(named_in("handlers.*.*views", "VIEWS"))


def render(
    effect: Effect, tx: Transaction, reader: Reader, now: datetime, *, standing: bool = False
) -> Rendered | None:
    """Put an effect into words; None where it is no longer true. `standing`: it was sent before.

    The words are those of the contract that the record runs under, with the people of the moment:
    whom a later version dropped keeps their name; whom a person who reads it need not know of bears
    the name of their firm.
    """
    record = find(tx, effect.contract, effect.subject)
    contract = contract_of(tx, record)
    if reader.person is not None:
        firm = reader.person.organisation
        contract = as_known_to(contract, firm, met_in(record, firm, contract))
    context = ViewContext(
        message=effect.meaning,
        contract=effect.contract,
        subject=effect.subject,
        tx=tx,
        reader=replace(reader, contract=contract),
        now=now,
        shared=effect.to == SHARED_ROOM,
        standing=standing,
    )
    return VIEWS[type(effect.meaning)](context)
