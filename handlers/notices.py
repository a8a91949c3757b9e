"""Every topic has one view: what an effect says, to this reader, as things stand now.

A view gives None where its effect is no longer true: the courier then drops it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from escalation.acquaintance import as_known_to, met_in
from escalation.effects import Effect, Topic
from escalation.ports import Transaction
from escalation.usecases.deliveries import find
from handlers import crisis_views, incident_views, ladder_views, report_views, undelivered_view
from handlers.notice import Notice
from handlers.rendered import Reader, Rendered

View = Callable[[Notice], Rendered | None]

VIEWS: dict[Topic, View] = {
    **incident_views.VIEWS,
    **ladder_views.VIEWS,
    **crisis_views.VIEWS,
    **report_views.VIEWS,
    **undelivered_view.VIEWS,
}


def render(effect: Effect, tx: Transaction, reader: Reader, now: datetime) -> Rendered | None:
    """Put an effect into words; None where it is no longer true.

    The words are those of the contract that the record runs under: whom it names, a later version
    may have dropped; whom a person who reads it need not know of bears the name of their firm.
    """
    record = find(tx, effect.contract, effect.subject)
    contract = tx.contract_version(record.contract, record.contract_version)
    if reader.person is not None:
        firm = reader.person.organisation
        contract = as_known_to(contract, firm, met_in(record, firm, contract))
    reader = replace(reader, contract=contract)
    return VIEWS[effect.topic](Notice(effect=effect, tx=tx, reader=reader, now=now))
