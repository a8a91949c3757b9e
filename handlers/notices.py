"""Every message has one view: what it says, to this reader, as things stand now.

A view gives None where its message is no longer true: the courier then drops it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from escalation.acquaintance import as_known_to, met_in
from escalation.effects import Effect
from escalation.ports import Transaction
from escalation.usecases.deliveries import find
from handlers import crisis_views, incident_views, ladder_views, report_views, undelivered_view
from handlers.notice import Notice, Views
from handlers.rendered import Reader, Rendered

VIEWS: Views = {
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
    notice = Notice(
        message=effect.meaning,
        contract=effect.contract,
        subject=effect.subject,
        tx=tx,
        reader=replace(reader, contract=contract),
        now=now,
    )
    return VIEWS[type(effect.meaning)](notice)
